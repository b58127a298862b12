import type { Query } from './intent.ts'
import { ARTICLES_AND_PARTICLES, FILLERS } from './vocabulary.ts'
import type { Word } from './words.ts'

/** A longer pattern is no longer something a person typed on purpose. */
const MAX_QUERY_CHARS = 200

/**
 * Picks the text to search for out of the words that are neither verb nor place.
 *
 * @returns Quoted text first, then an expression, then the one word that looks like code, then all
 *   words that are not fillers, as a phrase; `null` when nothing is left.
 */
export function queryOf(rest: readonly Word[]): Query | null {
  const quoted = rest.find((word) => word.kind !== 'plain')
  if (quoted) return { text: quoted.text.slice(0, MAX_QUERY_CHARS), regex: quoted.kind === 'regex' }

  const expression = rest.find((word) => looksLikeRegex(word.text))
  if (expression) return { text: expression.text.slice(0, MAX_QUERY_CHARS), regex: true }

  const content = contentWords(rest)
  const code = content.filter((word) => looksLikeCode(word.text))
  const chosen = code.length === 1 ? code : content
  const text = chosen.map((word) => word.text).join(' ')
  if (text === '') return null
  return { text: (text.endsWith('()') ? text.slice(0, -2) : text).slice(0, MAX_QUERY_CHARS), regex: false }
}

/** The words a search can be about; a filler only when there is nothing else (`search for import`). */
export function contentWords(rest: readonly Word[]): Word[] {
  const content = rest.filter((word) => !FILLERS.has(word.lower))
  return content.length > 0
    ? content
    : rest.filter((word) => !ARTICLES_AND_PARTICLES.has(word.lower)).slice(-1)
}

/** True for `parseConfig`, `MAX_SIZE`, `run()`, `a.b`, `$id`: no word of a natural language. */
export function looksLikeCode(text: string): boolean {
  return (
    /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}|_|\p{L}\d|\d\p{L}|\(|::|->|=>|^[$@#]|\p{L}\.\p{L}/u.test(text) ||
    /^\p{Lu}{3,}$/u.test(text)
  )
}

/** True for `foo.*bar`, `^import`, `\bfoo\b`, `a|b`, `[0-9]+`: code alone seldom has these. */
export function looksLikeRegex(text: string): boolean {
  return /\.[*+]|\\[bBdDwWsS.]|^\^\w|\w\$$|\w\|\w|\][*+?]/.test(text)
}
