import { EVERYWHERE } from './intent.ts'
import type { Scope } from './intent.ts'
import {
  ARTICLES,
  EXTENSIONS,
  FILE_NOUNS,
  FOLDER_NOUNS,
  HERE,
  KINDS_OF_FILES,
  KNOWN_FOLDERS,
  LANGUAGES,
  LINE_NOUNS,
  LOOSE_PLACE_WORDS,
  PLACE_WORDS,
  VERBS,
  VERB_REACH,
} from './vocabulary.ts'
import type { Verb } from './vocabulary.ts'
import type { Word } from './words.ts'

/** A question with its grammar, as far as the rules need it. */
export interface Sentence {
  readonly words: readonly Word[]
  /** All words in lower case, one blank around each: ` how many `; quoted words are `"`. */
  readonly plain: string
  readonly verb: Verb | null
  readonly scope: Scope
  /** The words without the verb and without those that say where. */
  readonly rest: readonly Word[]
}

/** Finds the verb and the place in a question. */
export function readSentence(words: readonly Word[]): Sentence {
  const verb = findVerb(words)
  const used = new Set(verb?.at ?? [])
  const scope = findScope(words, used)
  return {
    words,
    plain: ` ${words.map((word) => word.lower).join(' ')} `,
    verb: verb?.verb ?? null,
    scope,
    rest: words.filter((_, index) => !used.has(index)),
  }
}

function findVerb(words: readonly Word[]): { verb: Verb; at: number[] } | null {
  for (let at = 0; at < Math.min(words.length, VERB_REACH); at++) {
    for (const length of [3, 2, 1]) {
      const phrase = words.slice(at, at + length)
      const verb = VERBS.get(phrase.map((word) => word.lower).join(' '))
      if (verb) return { verb, at: phrase.map((_, index) => at + index) }
    }
  }
  return null
}

function findScope(words: readonly Word[], used: Set<number>): Scope {
  let scope = EVERYWHERE
  for (let at = words.length - 1; at >= 0; at--) {
    const lower = words[at]?.lower ?? ''
    if (used.has(at)) continue
    const isFirm = PLACE_WORDS.has(lower)
    if (!isFirm && !LOOSE_PLACE_WORDS.has(lower)) {
      const glob = kindOfFilesAt(words, at)
      if (glob !== null && scope.glob === null) {
        scope = { ...scope, glob }
        used.add(at)
      }
      continue
    }
    const place = placeAfter(words, at, isFirm)
    if (!place) continue
    scope = { path: scope.path ?? place.scope.path, glob: scope.glob ?? place.scope.glob }
    for (let index = at; index <= place.end; index++) used.add(index)
  }
  return scope
}

/** The glob of `markdown` in `markdown files` and of `*.md` anywhere. */
function kindOfFilesAt(words: readonly Word[], at: number): string | null {
  const word = words[at]
  if (!word || word.kind !== 'plain') return null
  if (isGlob(word.text)) return word.text
  return FILE_NOUNS.has(words[at + 1]?.lower ?? '') ? kindOfFiles(word.lower) : null
}

function kindOfFiles(lower: string): string | null {
  if (lower.startsWith('.') && EXTENSIONS.has(lower.slice(1))) return `*${lower}`
  return LANGUAGES.get(lower) ?? KINDS_OF_FILES.get(lower) ?? null
}

interface Place {
  readonly scope: Scope
  /** Index of the last word that belongs to it. */
  readonly end: number
}

/** What `in the src folder` means, `at` being the index of `in`. */
function placeAfter(words: readonly Word[], at: number, isFirm: boolean): Place | null {
  let next = at + 1
  let folder = false
  while (ARTICLES.has(words[next]?.lower ?? '') || FOLDER_NOUNS.has(words[next]?.lower ?? '')) {
    folder ||= FOLDER_NOUNS.has(words[next]?.lower ?? '')
    next += 1
  }
  const word = words[next]
  if (!word || word.kind === 'regex') return null
  const follower = words[next + 1]?.lower ?? ''
  const end = FILE_NOUNS.has(follower) || FOLDER_NOUNS.has(follower) || follower === 'code' ? next + 1 : next
  // "Lines of Python" is about files; "occurrences of Python" is not.
  const isKind =
    isFirm ||
    end > next ||
    FILE_NOUNS.has(words[at - 1]?.lower ?? '') ||
    LINE_NOUNS.has(words[at - 1]?.lower ?? '')
  const glob = isGlob(word.text) ? word.text : isKind ? kindOfFiles(word.lower) : null
  if (glob !== null) return { scope: { path: null, glob }, end }
  if (FILE_NOUNS.has(follower) && !isPath(word.text)) {
    return { scope: { path: null, glob: `*${escapeGlob(word.text)}*` }, end }
  }
  if (isPath(word.text) || KNOWN_FOLDERS.has(word.lower))
    return { scope: { path: folderPath(word.text), glob: null }, end }
  if (HERE.has(word.lower) && (isFirm || end === words.length - 1)) return { scope: EVERYWHERE, end }
  if (folder || FOLDER_NOUNS.has(follower)) return { scope: { path: folderPath(word.text), glob: null }, end }
  // A bare last word may be a folder; when it is not, the search is repeated without it.
  const isGuess = isFirm && end === words.length - 1 && word.kind === 'plain' && /^[\w.-]+$/.test(word.text)
  return isGuess ? { scope: { path: word.text, glob: null }, end } : null
}

/** Takes the meaning from letters that globs treat specially. */
export function escapeGlob(text: string): string {
  return text.replace(/[[\]{}*?!\\]/g, '\\$&')
}

function folderPath(text: string): string {
  const path = text.replace(/^\.\//, '').replace(/\/$/, '')
  return path === '' ? '.' : path
}

/** True for `*.ts` and `src/**`, not for an expression such as `foo.*bar` or a call. */
export function isGlob(text: string): boolean {
  if (!text.includes('*') || /[\\^$()|+\s]/.test(text)) return false
  return /^(?:\*\*?[./]|[\w.@-]+\/)/.test(text) || /\*\.\w+$/.test(text)
}

/** True for what a person would type as a file or folder: a slash, or a name with a known ending. */
export function isPath(text: string): boolean {
  if (text.length > 300 || text.includes('://') || /[*<>|"\\^$()\s]/.test(text)) return false
  if (text.includes('/')) return /\w/.test(text) && !/^(?:and|und|et|y)\/(?:or|oder|ou|o)$/i.test(text)
  if (text === '.' || text === '..') return true
  if (text.toLowerCase() === 'console.log') return false
  if (/^\.[A-Za-z][\w.-]*$/.test(text)) return !EXTENSIONS.has(text.slice(1).toLowerCase()) || text === '.env'
  const dot = text.lastIndexOf('.')
  return dot > 0 && EXTENSIONS.has(text.slice(dot + 1).toLowerCase())
}

/** True for a path that names a file rather than a folder. */
export function isFilePath(text: string): boolean {
  return isPath(text) && !text.endsWith('/') && /\.[\w-]+$/.test(text)
}
