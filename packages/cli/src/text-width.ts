/** Letters that a terminal shows two columns wide: East Asian ones, and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u
const NARROW_ONLY = /^[\u0020-\u007e]*$/
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\u200b-\u200f\u2060-\u2064]+$/u

const segmenter = new Intl.Segmenter()

/** Columns that a text takes on a terminal; it has no control characters. */
export function textColumns(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length
  let columns = 0
  for (const { segment } of segmenter.segment(text)) columns += segmentColumns(segment)
  return columns
}

/** At most so many columns, with `…` as the last when something was cut; never half a character. */
export function cutToColumns(text: string, columns: number): string {
  if (columns === Infinity || textColumns(text) <= columns) return text
  if (columns < 1) return ''
  let kept = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    used += segmentColumns(segment)
    if (used > columns - 1) break
    kept += segment
  }
  return `${kept.trimEnd()}…`
}

/** Filled with spaces up to so many columns. */
export function padToColumns(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const spaces = ' '.repeat(Math.max(0, columns - textColumns(text)))
  return side === 'left' ? text + spaces : spaces + text
}

/** Lines of at most so many columns, broken between words where that is possible. */
export function wrapToColumns(text: string, columns: number): string[] {
  if (columns === Infinity) return [text]
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textColumns(longer) <= columns) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = piecesOf(word, columns)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
  }
  if (line !== '') lines.push(line)
  return lines
}

function piecesOf(word: string, columns: number): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const { segment } of segmenter.segment(word)) {
    if (piece !== '' && textColumns(piece + segment) > columns) {
      pieces.push(piece)
      piece = ''
    }
    piece += segment
  }
  return [...pieces, piece]
}

function segmentColumns(segment: string): number {
  if (WITHOUT_WIDTH.test(segment)) return 0
  return WIDE.test(segment) ? 2 : 1
}
