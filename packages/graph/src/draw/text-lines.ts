/** East Asian letters and emoji, which are about as wide as high. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const JOINTS = ['/', '-', '_', '.', ',']
const NARROW = /[iIjlt.,:;'|!()[\]{} f]/
const BROAD = /[mwMW@%A-Z]/

/**
 * About how wide a text is in the sans-serif fonts that SVG viewers have, in pixels; rather too wide than too narrow.
 *
 * @param size - Of the font, in pixels.
 */
export function textWidth(text: string, size: number): number {
  let ems = 0
  for (const char of text)
    ems += WIDE.test(char) ? 1.05 : NARROW.test(char) ? 0.34 : BROAD.test(char) ? 0.78 : 0.58
  return ems * size
}

/**
 * Breaks a text into lines, between words where that is possible.
 *
 * @param width - In pixels, of the longest line.
 * @param maxLines - What does not fit into them is cut, and the cut shown as `…`.
 */
export function textLines(text: string, size: number, width: number, maxLines: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (textWidth(longer, size) <= width) {
      line = longer
      continue
    }
    if (line !== '') lines.push(line)
    const pieces = piecesOf(word, size, width)
    lines.push(...pieces.slice(0, -1))
    line = pieces.at(-1) ?? ''
  }
  if (line !== '') lines.push(line)
  if (lines.length <= maxLines) return lines
  const last = lines[maxLines - 1] ?? ''
  return [...lines.slice(0, maxLines - 1), cutWithDots(last, size, width)]
}

/** Shortens until `…` fits behind it. */
function cutWithDots(text: string, size: number, width: number): string {
  const chars = Array.from(text)
  while (chars.length > 0 && textWidth(`${chars.join('')}…`, size) > width) chars.pop()
  return `${chars.join('').trimEnd()}…`
}

/** A word that is too long for a line, in pieces that are not; behind the signs that paths and names are joined by, if possible. */
function piecesOf(word: string, size: number, width: number): string[] {
  const pieces: string[] = []
  let piece = ''
  for (const char of word) {
    if (piece !== '' && textWidth(piece + char, size) > width) {
      const joint = Math.max(...JOINTS.map((sign) => piece.lastIndexOf(sign))) + 1
      const cut = joint > piece.length / 2 ? joint : piece.length
      pieces.push(piece.slice(0, cut))
      piece = piece.slice(cut)
    }
    piece += char
  }
  pieces.push(piece)
  return pieces
}
