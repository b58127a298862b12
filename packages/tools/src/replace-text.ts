/** An exact replacement. Line ends are matched whatever they are, and kept. */
export interface TextEdit {
  readonly oldText: string
  readonly newText: string
  /** False: the old text must be there exactly once. */
  readonly replacesAll: boolean
}

/** What became of a {@link TextEdit}. All texts in it have line feeds only; line numbers start at 1. */
export type EditOutcome =
  | {
      readonly kind: 'edited'
      /** The new content, with the file's own line ends. */
      readonly text: string
      /** The same with line feeds, for showing it. */
      readonly flatText: string
      /** Where each replacement begins in the new content. */
      readonly lines: readonly number[]
    }
  | { readonly kind: 'missing' }
  /** The lines of the old content where the old text begins. */
  | { readonly kind: 'several'; readonly lines: readonly number[] }

/**
 * Replaces text literally: `$&` in the new text is just that. A file's CRLF line ends match the LF that
 * models write, and new lines get the line end of the place they come to.
 */
export function replaceText(text: string, edit: TextEdit): EditOutcome {
  const flat = withLineFeeds(text)
  const oldText = withLineFeeds(edit.oldText)
  const newText = withLineFeeds(edit.newText)
  const starts = occurrences(flat, oldText)
  if (starts.length === 0) return { kind: 'missing' }
  if (starts.length > 1 && !edit.replacesAll) return { kind: 'several', lines: lineNumbers(flat, starts) }

  const originalOffset = offsetMap(text, flat)
  const parts: string[] = []
  const flatParts: string[] = []
  const newStarts: number[] = []
  let done = 0
  let newLength = 0
  for (const start of starts) {
    const end = start + oldText.length
    const span = { from: originalOffset(start), to: originalOffset(end) }
    const replacement = lineEndAt(text, span) === '\r\n' ? newText.replaceAll('\n', '\r\n') : newText
    parts.push(text.slice(originalOffset(done), span.from), replacement)
    flatParts.push(flat.slice(done, start), newText)
    newStarts.push(newLength + start - done)
    newLength += start - done + newText.length
    done = end
  }
  parts.push(text.slice(originalOffset(done)))
  flatParts.push(flat.slice(done))
  const flatText = flatParts.join('')
  return { kind: 'edited', text: parts.join(''), flatText, lines: lineNumbers(flatText, newStarts) }
}

/** CRLF as LF; a carriage return alone is an ordinary character. */
export function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n')
}

/** Starts of all occurrences that do not overlap. */
function occurrences(text: string, wanted: string): readonly number[] {
  const starts: number[] = []
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length))
    starts.push(at)
  return starts
}

/** @param starts - Ascending. */
function lineNumbers(text: string, starts: readonly number[]): readonly number[] {
  let line = 1
  let seen = 0
  return starts.map((start) => {
    for (let at = text.indexOf('\n', seen); at !== -1 && at < start; at = text.indexOf('\n', seen)) {
      line++
      seen = at + 1
    }
    return line
  })
}

/** From an offset in the text with line feeds to the one in the original. */
function offsetMap(text: string, flat: string): (flatOffset: number) => number {
  if (text.length === flat.length) return (offset) => offset
  // Offsets, in the flat text, of the line feeds that were CRLF.
  const shortened: number[] = []
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2))
    shortened.push(at - shortened.length)
  return (offset) => offset + countBelow(shortened, offset)
}

/** How many of the ascending numbers are below the limit. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ascending[middle] ?? 0) < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** The line end in the span, else the next one after it, else the one before it, else LF. */
function lineEndAt(text: string, span: { readonly from: number; readonly to: number }): '\n' | '\r\n' {
  const next = text.indexOf('\n', span.from)
  const at = next === -1 ? text.lastIndexOf('\n', span.from) : next
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n'
}
