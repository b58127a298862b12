import { isJsonObject } from '@heddle/core'
import { counted, indented, numbered, shortened, sourceLine } from './wording.ts'

/** Lines that are shown of a text. */
const MAX_OPENING = 8
/** Lines with trouble that are shown. */
const MAX_TROUBLE = 15
/** Bigger JSON is described as text. */
const MAX_JSON_CHARS = 2_000_000
/** Lines are cut to this before words are looked for in them. */
const MAX_CHECKED_CHARS = 2000

/** Figures of a text that came with the prompt. */
export function describeText(text: string): string[] {
  const lines = text.split('\n')
  const words = text.match(/\S+/g)?.length ?? 0
  const longest = lines.reduce((most, line) => Math.max(most, line.length), 0)
  return [
    `The text has ${counted(lines.length, 'line')}, ${counted(words, 'word')} and ${counted(text.length, 'character')}; its longest line has ${numbered(longest)}.`,
    ...jsonShape(text),
    ...trouble(lines),
    '',
    lines.length > MAX_OPENING ? `It begins with:` : 'It reads:',
    '',
    ...indented(lines.slice(0, MAX_OPENING).map(sourceLine)),
  ]
}

/** Lines of a text that hold one of the words or the phrase looked for. */
export function linesWith(
  text: string,
  wanted: (line: string) => boolean,
): { readonly line: number; readonly text: string }[] {
  return text.split('\n').flatMap((line, index) => (wanted(line) ? [{ line: index + 1, text: line }] : []))
}

function jsonShape(text: string): string[] {
  if (text.length > MAX_JSON_CHARS || !/^[[{]/.test(text.trimStart())) return []
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value))
      return ['', `It is JSON: a list of ${counted(value.length, 'entry', 'entries')}${keysOf(value[0])}.`]
    return isJsonObject(value) ? ['', `It is JSON: an object${keysOf(value)}.`] : []
  } catch {
    return []
  }
}

function keysOf(value: unknown): string {
  const keys = isJsonObject(value) ? Object.keys(value) : []
  const shown = keys.slice(0, 20).map((key) => shortened(key, 40))
  return keys.length === 0
    ? ''
    : ` with ${shown.join(', ')}${keys.length > 20 ? `, … (${numbered(keys.length)} in all)` : ''}`
}

function trouble(lines: readonly string[]): string[] {
  const hits = lines.flatMap((line, index) =>
    /\b(?:error|exception|fatal|failed|failure|panic|traceback|warn(?:ing)?)\b/i.test(
      line.slice(0, MAX_CHECKED_CHARS),
    )
      ? [`${index + 1}: ${shortened(line, 160)}`]
      : [],
  )
  if (hits.length === 0) return []
  const rest = hits.length - MAX_TROUBLE
  return [
    '',
    `${counted(hits.length, 'line speaks', 'lines speak')} of an error, a failure or a warning:`,
    '',
    ...indented([...hits.slice(0, MAX_TROUBLE), ...(rest > 0 ? [`… and ${numbered(rest)} more`] : [])]),
  ]
}
