/** What fits into a line of a terminal or a box of a drawing, and still says what it is about. */
const TITLE_CHARS = 120
const DESCRIPTION_CHARS = 4_000

/** The first line that says something, as a title: blanks joined, cut with an ellipsis. Never empty. */
export function titleOf(text: string, maxChars: number = TITLE_CHARS): string {
  const line = text
    .split(LINE_END)
    .map(plain)
    .find((candidate) => candidate !== '')
  return cut(line ?? '(no text)', maxChars)
}

/** A text in one line. */
export function oneLine(text: string, maxChars: number): string {
  return cut(plain(text), maxChars)
}

const LINE_END = /[\n\v\f\r\x85\u2028\u2029]/

/**
 * Without what a terminal or a reader obeys instead of showing it: control characters, such as those that begin a
 * terminal's commands, and those that turn the direction of writing.
 */
function plain(text: string): string {
  return text.replace(/[\s\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ').trim()
}

/** What a title leaves out of a text: all of it, or nothing when the title says everything. */
export function descriptionOf(text: string): string {
  const whole = text.trim()
  return whole === titleOf(whole) ? '' : cut(whole, DESCRIPTION_CHARS)
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  // Half of a surrogate pair is no character.
  return `${text
    .slice(0, maxChars - 1)
    .replace(/[\uD800-\uDBFF]$/, '')
    .trimEnd()}…`
}
