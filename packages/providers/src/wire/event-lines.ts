/** One server-sent event. */
export interface ServerSentEvent {
  /** Its name; absent when it has none. */
  readonly event?: string
  readonly data: string
}

/** Who hears what is in an event stream. */
export interface EventListener {
  /** An event became whole. May throw; the stream is not to be read on then. */
  hear(event: ServerSentEvent): void
  /** A line that is no field of server-sent events. */
  stray(line: string): void
}

/**
 * Cuts an event stream into its events, wherever the text of it is cut: lines end with LF, CRLF or CR. Ids and
 * retry times are of no use for answers that cannot be taken up again, and are left out.
 *
 * Made for V8, whose compiler is most of what a short program pays for its streams: methods of a class, which are
 * compiled once for all streams, and pieces to compare, since its code for `startsWith` and `charCodeAt` is long.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export class EventLines {
  private readonly listener: EventListener
  /** The beginning of a line whose end has not come yet. */
  private pending = ''
  private name = ''
  private data = ''
  private hasData = false
  /** The text so far ended with a CR, to which an LF may still belong. */
  private endedWithCr = false

  constructor(listener: EventListener) {
    this.listener = listener
  }

  /** How much is held of the event that is not whole yet, in UTF-16 units. */
  get heldLength(): number {
    return this.pending.length + this.data.length
  }

  /** Takes more of the stream, without a byte order mark. */
  feed(text: string): void {
    let at = 0
    if (this.endedWithCr && text !== '') {
      if (text.startsWith('\n')) at = 1
      this.endedWithCr = false
    }
    // Hardly any stream has a CR, and then every line is found with one search.
    if (text.includes('\r', at)) at = this.takeMixed(text, at)
    else {
      for (let end = text.indexOf('\n', at); end >= 0; end = text.indexOf('\n', at)) {
        this.takeLine(text, at, end)
        at = end + 1
      }
    }
    if (at < text.length) this.pending += text.slice(at)
  }

  /** The same, whatever the lines end with. @returns Where the last whole line ended. */
  private takeMixed(text: string, from: number): number {
    let at = from
    for (let end = at; end < text.length; end++) {
      const isCr = text[end] === '\r'
      if (!isCr && text[end] !== '\n') continue
      this.takeLine(text, at, end)
      this.endedWithCr = isCr && end + 1 === text.length
      if (isCr && text[end + 1] === '\n') end++
      at = end + 1
    }
    return at
  }

  private takeLine(text: string, at: number, end: number): void {
    if (this.pending !== '') {
      const line = this.pending + text.slice(at, end)
      this.pending = ''
      this.takeField(line)
    } else if (at === end) this.dispatch()
    else if (text.slice(at, at + 6) === 'data: ') this.addData(text.slice(at + 6, end))
    else if (text.slice(at, at + 7) === 'event: ') this.name = text.slice(at + 7, end)
    else this.takeField(text.slice(at, end))
  }

  /** A line, whatever is in it. */
  private takeField(line: string): void {
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const isSpaced = line.slice(colon + 1, colon + 2) === ' '
    const value = colon < 0 ? '' : line.slice(colon + (isSpaced ? 2 : 1))
    switch (field) {
      case 'data':
        return this.addData(value)
      case 'event':
        this.name = value
        return
      case 'id':
      case 'retry':
        return
      default:
        // What begins with the colon is a comment.
        if (colon !== 0) this.listener.stray(line)
    }
  }

  private addData(value: string): void {
    this.data = this.hasData ? `${this.data}\n${value}` : value
    this.hasData = true
  }

  private dispatch(): void {
    const { name, data, hasData } = this
    this.name = ''
    this.data = ''
    this.hasData = false
    if (hasData) this.listener.hear(name === '' ? { data } : { event: name, data })
  }
}
