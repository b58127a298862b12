import { contentWords, looksLikeCode, queryOf } from './find-query.ts'
import type { Countable, Intent, Query } from './intent.ts'
import { markerWords } from './marker-words.ts'
import { isPath } from './sentence.ts'
import type { Sentence } from './sentence.ts'
import {
  CONTAIN_VERBS,
  DEFINITION_WORDS,
  FILE_NOUNS,
  FOLDER_NOUNS,
  LINE_NOUNS,
  QUESTION_WORDS,
  USAGE_WORDS,
} from './vocabulary.ts'
import type { Word } from './words.ts'

const hasAny = (words: readonly Word[], table: ReadonlySet<string>): boolean =>
  words.some((word) => table.has(word.lower))

/** "Find all TODO comments", "any todos left?". */
export function markersRule({ rest, scope }: Sentence): Intent | null {
  const words = markerWords(rest)
  return words.length > 0 ? { kind: 'markers', words, scope } : null
}

/** "How many TypeScript files", "number of lines in src", "which file is the longest". */
export function countRule({ verb, words, plain, scope, rest }: Sentence): Intent | null {
  const isRanking =
    hasAny(words, FILE_NOUNS) && / (?:most|largest|biggest|longest|größte|größten|meisten) /.test(plain)
  if (verb !== 'count' && !isRanking && !plain.includes(' number of ')) return null
  const place = { ...scope, path: scope.path ?? rest.find(isPathWord)?.text ?? null }
  const count = countableOf(rest, isRanking, scope.glob !== null)
  return count && { kind: 'count', count, scope: place }
}

function countableOf(rest: readonly Word[], isRanking: boolean, isKindOfFile: boolean): Countable | null {
  const markers = markerWords(rest)
  if (markers.length > 0) return { what: 'markers', words: markers }
  const isSpecific = rest.some(
    (word) => word.kind !== 'plain' || (looksLikeCode(word.text) && !isPathWord(word)),
  )
  if (isRanking || (!isSpecific && hasAny(rest, LINE_NOUNS))) return { what: 'lines' }
  if (!isSpecific && hasAny(rest, FOLDER_NOUNS) && !hasAny(rest, FILE_NOUNS)) return { what: 'folders' }
  if (!isSpecific && (isKindOfFile || hasAny(rest, FILE_NOUNS))) return { what: 'files' }
  const path = rest.find(isPathWord)
  if (path && !isSpecific) return { what: 'lines' }
  const query = queryOf(rest.filter((word) => !['times', 'often', 'many'].includes(word.lower)))
  return query && { what: 'text', query }
}

/** "Search for parseConfig", "where is X defined", "which files use Y". */
export function findRule(sentence: Sentence): Intent | null {
  const { verb, words, plain, rest, scope } = sentence
  const opener = words[0]?.lower ?? ''
  const asksWho = (QUESTION_WORDS.has(opener) || FILE_NOUNS.has(opener)) && hasAny(rest, CONTAIN_VERBS)
  const asksWhere = / (?:where|wo|où|dónde) /.test(plain)
  if (verb !== 'find' && !asksWho && !asksWhere) return null
  const query = queryOf(rest.filter((word) => word.lower !== 'where'))
  if (!query) return null
  const isNamed = asksWhere && rest.filter((word) => looksLikeCode(word.text)).length === 1
  const purpose = purposeOf(rest, isNamed)
  return { kind: 'find', query, purpose, filesOnly: hasAny(rest, FILE_NOUNS), scope }
}

function purposeOf(rest: readonly Word[], isNamed: boolean): 'text' | 'definition' | 'usage' {
  if (hasAny(rest, USAGE_WORDS)) return 'usage'
  return isNamed || hasAny(rest, DEFINITION_WORDS) ? 'definition' : 'text'
}

/** A sentence without a known verb that names one thing: `parseConfig`, `"exact text"`, `what is MAX_SIZE`. */
export function bareRule({ words, rest, scope }: Sentence): Intent | null {
  const named = rest.find((word) => word.kind !== 'plain')
  const code = contentWords(rest).filter((word) => looksLikeCode(word.text))
  const isQuestion = QUESTION_WORDS.has(words[0]?.lower ?? '') || words[0]?.lower === 'how'
  if (!named && !(code.length === 1 && (isQuestion || contentWords(rest).length === 1))) return null
  const query: Query | null = queryOf(named ? [named] : code)
  return query && { kind: 'find', query, purpose: named ? 'text' : 'definition', filesOnly: false, scope }
}

/** What to look for in a text that came with the prompt; `null` when it is to be described as a whole. */
export function attachmentLook({ verb, rest }: Sentence): Countable | null {
  const markers = markerWords(rest)
  if (markers.length > 0) return { what: 'markers', words: markers }
  if (verb !== 'find' && !rest.some((word) => word.kind !== 'plain')) return null
  const query = queryOf(rest)
  return query && { what: 'text', query }
}

function isPathWord(word: Word): boolean {
  return word.kind === 'plain' && isPath(word.text)
}
