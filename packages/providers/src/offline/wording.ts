import type { FileCount, Match, Total } from './tool-text.ts'
import type { Exchange } from './transcript.ts'

/** Lines of a list that a person still reads. */
export const MAX_SHOWN = 100
/** Letters of a source line that are shown. */
const MAX_LINE_CHARS = 180

/** `1,234 files`; English plural by adding `s` or as given. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${numbered(count)} ${count === 1 ? noun : plural}`
}

/** `1,234`. */
export function numbered(count: number): string {
  return count.toLocaleString('en-US')
}

/** `at least 1,000` when the tool stopped early. */
export function totalText({ count, isExact }: Total, noun: string, plural?: string): string {
  return (isExact ? '' : 'at least ') + counted(count, noun, plural)
}

/** First letter in capital. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Text between backticks, on one line, whatever is in it. */
export function code(text: string): string {
  const line = shortened(text)
  return line.includes('`') ? `"${line}"` : `\`${line}\``
}

/** One line, tabs as blanks, cut at a length that fits a terminal. */
export function shortened(text: string, limit: number = MAX_LINE_CHARS): string {
  const line = text
    .slice(0, limit * 4)
    .toWellFormed()
    .replace(/\s/g, ' ')
    .trim()
  // Code points, so that no surrogate pair is cut in two.
  const points = [...line]
  return points.length <= limit && text.length <= limit * 4 ? line : `${points.slice(0, limit - 1).join('')}…`
}

/** Four blanks before each line: code for Markdown, and easy to read and to copy in a terminal. */
export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `    ${line}`))
}

/** A line as it stands in a file, its indentation kept, cut at the end. */
export function sourceLine(text: string): string {
  return (/^[\t ]{0,40}/.exec(text)?.[0] ?? '').replaceAll('\t', '  ') + shortened(text)
}

/** Hits as `path:line  text`, a blank line between files; at most `limit` of them. */
export function matchBlock(matches: readonly Match[], limit: number = MAX_SHOWN): string[] {
  const groups = Map.groupBy(matches.slice(0, limit), (match) => match.path)
  const blocks = [...groups.values()].map((group) => {
    const places = group.map((match) => `${match.path}:${match.line}`)
    const width = Math.max(...places.map((place) => place.length))
    return group.map((match, index) =>
      `${(places[index] ?? '').padEnd(width)}  ${shortened(match.text)}`.trimEnd(),
    )
  })
  return indented(blocks.flatMap((block, index) => (index === 0 ? block : ['', ...block])))
}

/** Counts as an aligned table, the largest first. */
export function countBlock(counts: readonly FileCount[], shown: number): string[] {
  const sorted = counts.toSorted((a, b) => b.count - a.count || (a.path < b.path ? -1 : 1))
  const width = Math.max(0, ...sorted.slice(0, shown).map((entry) => numbered(entry.count).length))
  const lines = sorted
    .slice(0, shown)
    .map((entry) => `${numbered(entry.count).padStart(width)}  ${entry.path}`)
  return indented(
    lines.length < sorted.length ? [...lines, `… and ${numbered(sorted.length - lines.length)} more`] : lines,
  )
}

/** One sentence about a call that did not work. */
export function failureText({ name, text }: Exchange): string {
  return `The \`${name}\` tool failed: ${shortened(text, 600)}`
}
