import { markerIn } from './comment-lines.ts'
import { describeText, linesWith } from './describe-text.ts'
import { parseDiff } from './diff.ts'
import type { Countable, Intent } from './intent.ts'
import { reviewDiff } from './review-diff.ts'
import { looksLikeDiff } from './split-attachment.ts'
import { code, counted, indented, MAX_SHOWN, numbered, shortened } from './wording.ts'

/** An answer about the text that came with the prompt; no tool is needed for it. */
export function attachmentAnswer({ text, look }: Extract<Intent, { kind: 'attachment' }>): string[] {
  const found = look ? lookAnswer(text, look) : []
  if (found.length > 0) return found
  return looksLikeDiff(text) ? reviewDiff(parseDiff(text)) : describeText(text)
}

function lookAnswer(text: string, look: Countable): string[] {
  if (look.what === 'markers') {
    const hits = linesWith(text, (line) => markerIn(line, look.words) !== '')
    return hitLines(hits, look.words.join(' or '))
  }
  if (look.what !== 'text') return []
  const wanted = look.query.text.toLowerCase()
  const hits = linesWith(text, (line) => line.toLowerCase().includes(wanted))
  const note = look.query.regex
    ? ['', 'The text that came with the prompt is searched for plain text only, not for expressions.']
    : []
  return [...hitLines(hits, code(look.query.text)), ...note]
}

function hitLines(hits: readonly { readonly line: number; readonly text: string }[], name: string): string[] {
  if (hits.length === 0) return [`No line of the text that came with the prompt has ${name} in it.`]
  const width = String(hits.at(-1)?.line ?? 0).length
  const rest = hits.length - MAX_SHOWN
  return [
    `${counted(hits.length, 'line')} of the text that came with the prompt ${hits.length === 1 ? 'has' : 'have'} ${name}:`,
    '',
    ...indented(
      hits.slice(0, MAX_SHOWN).map((hit) => `${String(hit.line).padStart(width)}: ${shortened(hit.text)}`),
    ),
    ...(rest > 0 ? ['', `… and ${numbered(rest)} more.`] : []),
  ]
}
