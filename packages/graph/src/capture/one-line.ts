/** What fits into a line of a terminal or a box of a drawing, and still says what it is about. */
const TITLE_CHARS = 120
const DESCRIPTION_CHARS = 4_000

/** The first line that says something, as a title: blanks joined, cut with an ellipsis. Never empty. */
export function titleOf(text: string, maxChars: number = TITLE_CHARS): string {
  const line = text.split('\n').find((candidate) => candidate.trim() !== '') ?? '(no text)'
  return cut(line.replace(/\s+/g, ' ').trim(), maxChars)
}

/** A text in one line. */
export function oneLine(text: string, maxChars: number): string {
  return cut(text.replace(/\s+/g, ' ').trim(), maxChars)
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
