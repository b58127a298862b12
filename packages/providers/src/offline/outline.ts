import type { FileLine } from './tool-text.ts'
import { indented, numbered, shortened, sourceLine } from './wording.ts'

/** Declarations and headings that are listed. */
const MAX_ENTRIES = 40
/** Lines that are shown of the start of a file. */
const OPENING_LINES = 8
/** A longer line is data; patterns are not tried on it. */
const MAX_LINE_CHARS = 400

const MARKDOWN = /\.(?:md|mdx|markdown)$/i
const DECLARATION =
  /^(?:export\s|public\s|pub(?:\([a-z]{1,10}\))?\s|declare\s|default\s|abstract\s|async\s|static\s|final\s|private\s|protected\s|internal\s)*(?:function|class|interface|type|enum|const|def|fn|func|struct|trait|impl|module|defmodule|namespace|record|object|protocol|package)\b[^;{]*/

/** What a file begins with and what it declares, by looking at the beginnings of its lines. */
export function outlineOf(path: string, lines: readonly FileLine[]): string[] {
  const opening = lines.filter((line) => line.text.trim() !== '').slice(0, OPENING_LINES)
  const entries = MARKDOWN.test(path) ? headings(lines) : declarations(lines)
  const title = MARKDOWN.test(path) ? 'Headings' : 'Declarations at the margin'
  return [
    '',
    'It begins with:',
    '',
    ...indented(opening.map((line) => sourceLine(line.text))),
    ...(entries.length === 0
      ? []
      : ['', `${title} (${numbered(entries.length)}):`, '', ...indented(listed(path, entries))]),
  ]
}

function listed(path: string, entries: readonly FileLine[]): string[] {
  const shown = entries
    .slice(0, MAX_ENTRIES)
    .map((entry) => `${path}:${entry.number}  ${shortened(entry.text, 110)}`)
  return entries.length > MAX_ENTRIES
    ? [...shown, `… and ${numbered(entries.length - MAX_ENTRIES)} more`]
    : shown
}

function headings(lines: readonly FileLine[]): FileLine[] {
  let isCode = false
  return lines.filter(({ text }) => {
    if (/^\s{0,3}(?:```|~~~)/.test(text)) isCode = !isCode
    return !isCode && /^#{1,6}\s/.test(text)
  })
}

function declarations(lines: readonly FileLine[]): FileLine[] {
  return lines.flatMap(({ number, text }) => {
    const head = text.length <= MAX_LINE_CHARS ? DECLARATION.exec(text)?.[0] : undefined
    return head === undefined ? [] : [{ number, text: head.replace(/[\s=]+$/, '') }]
  })
}
