/** A run, as its {@link Handover} drives it. */
export interface Handed {
  /** Begins it; settles when it is over. Called once, when somebody wants to read, or to be rid of it. */
  begin(): Promise<void>
  /** Its reader left before it was over. */
  leave(): void
}

/**
 * Where a run hands what it tells to its one reader, who sets the pace: from each item to the reader's next question
 * it stands still, as a generator would, but without promises for every function that it stands in.
 */
export class Handover<T> implements AsyncIterator<T, undefined> {
  private readonly handed: Handed
  private running: Promise<void> | null = null
  /** Nobody reads any more, or ever did: the run does not wait. */
  private isUnread = false
  /** The reader's latest question, and how it is answered while it waits. */
  private asked: Promise<IteratorResult<T, undefined>> = NOTHING_MORE
  private resolve: ((result: IteratorResult<T, undefined>) => void) | null = null
  private reject: ((thrown: unknown) => void) | null = null
  private goOn: (() => void) | null = null

  constructor(handed: Handed) {
    this.handed = handed
  }

  /** Told by the run, only while a question waits. @returns When the reader asks for more. */
  offer(item: T): Promise<void> | undefined {
    if (this.isUnread) return undefined
    this.reply({ done: false, value: item })
    return new Promise((resolve) => (this.goOn = resolve))
  }

  next(): Promise<IteratorResult<T, undefined>> {
    // Questions that overlap are answered one after the other.
    if (this.resolve) return this.asked.then(() => this.next())
    if (this.isUnread) return NOTHING_MORE
    this.asked = new Promise((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    void this.run()
    return this.asked
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    if (!this.isUnread) this.handed.leave()
    await this.drain()
    return END
  }

  /** Runs to the end without a reader. */
  drain(): Promise<void> {
    this.isUnread = true
    return this.run()
  }

  /** Lets the run go on, or begin. @returns When it is over. */
  private run(): Promise<void> {
    const { goOn } = this
    this.goOn = null
    goOn?.()
    this.running ??= this.handed.begin().then(
      () => this.end(),
      (thrown: unknown) => this.fail(thrown),
    )
    return this.running
  }

  private end(): void {
    this.isUnread = true
    this.reply(END)
  }

  private fail(thrown: unknown): void {
    this.isUnread = true
    this.resolve = null
    this.reject?.(thrown)
  }

  private reply(result: IteratorResult<T, undefined>): void {
    const { resolve } = this
    this.resolve = null
    this.reject = null
    // Else the item would be held until the next one.
    this.asked = NOTHING_MORE
    resolve?.(result)
  }
}

const END = { done: true, value: undefined } as const
const NOTHING_MORE: Promise<IteratorResult<never, undefined>> = Promise.resolve(END)
