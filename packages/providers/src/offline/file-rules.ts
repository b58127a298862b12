import { looksLikeCode } from './find-query.ts'
import { EVERYWHERE } from './intent.ts'
import type { Intent, LineRange, ReadTarget, Scope } from './intent.ts'
import { lineRangeOf, splitLineSuffix } from './line-range.ts'
import { escapeGlob, isFilePath, isPath } from './sentence.ts'
import type { Sentence } from './sentence.ts'
import {
  CONTAIN_VERBS,
  DEFINITION_WORDS,
  FILE_NOUNS,
  FILLERS,
  FOLDER_NOUNS,
  KNOWN_FOLDERS,
  LINE_NOUNS,
  OVERVIEW_NOUNS,
  PLAIN_FILE_NAMES,
  PROJECT_WORDS,
  QUESTION_WORDS,
  USAGE_WORDS,
} from './vocabulary.ts'
import type { Word } from './words.ts'

/** Files that are opened for one question. */
const MAX_TARGETS = 4

const hasAny = (words: readonly Word[], table: ReadonlySet<string>): boolean =>
  words.some((word) => table.has(word.lower))

/** "What is this project", "give me an overview", "summarise the layout of packages/core", "explain a.ts". */
export function overviewRule({ verb, words, rest, scope, plain }: Sentence): Intent | null {
  const asks =
    verb === 'overview' ||
    / (?:what is this|what's this|what does this|was ist das|qu'est-ce que|qué es este) /.test(plain) ||
    (verb !== 'find' && verb !== 'count' && hasAny(words, OVERVIEW_NOUNS))
  if (!asks) return null
  const targets = readTargets(rest, scope.path)
  // What has no ending is more often a folder.
  const folders = targets.files.flatMap((target) =>
    'path' in target && !isFilePath(target.path) ? [target.path] : [],
  )
  const files = targets.files.filter((target) => !('path' in target) || isFilePath(target.path))
  if (files.length > 0) return { kind: 'read', targets: files, range: null, outline: true }
  const folder = targets.folder ?? folders[0]
  if (folder !== undefined) return { kind: 'overview', path: folder }
  const strange = rest.filter((word) => !PROJECT_WORDS.has(word.lower))
  if (strange.length === 0) return { kind: 'overview', path: null }
  const code = strange.filter((word) => word.kind !== 'plain' || looksLikeCode(word.text))
  // "Explain parseConfig": rules cannot, but the next ones can show where it is.
  if (code.length === 1 && code[0]) {
    const query = { text: code[0].text.replace(/\(\)$/, ''), regex: code[0].kind === 'regex' }
    return { kind: 'find', query, purpose: 'definition', filesOnly: false, scope }
  }
  return strange.length <= 1 ? { kind: 'overview', path: null } : { kind: 'help', reason: 'unclear' }
}

/** "List the files in src", "which markdown files are there", "find config.json". */
export function listRule(sentence: Sentence): Intent | null {
  const { verb, words, rest, scope } = sentence
  const content = rest.filter((word) => !FILLERS.has(word.lower) && !FOLDER_NOUNS.has(word.lower))
  const name = namedAfter(words)
  if (name === null && content.length > 0 && asksContent(sentence)) return null
  const wish = { content, name, kind: scope.glob ?? kindBeforeNoun(words, content) }
  const isList =
    verb === 'list'
      ? isListing(wish)
      : verb === 'find'
        ? isFileSearch(wish, rest)
        : isShowingFiles(sentence, wish)
  if (!isList) return null
  const foldersOnly = hasAny(rest, FOLDER_NOUNS) && !hasAny(words, FILE_NOUNS) && content.length === 0
  return { kind: 'list', foldersOnly, scope: placeOf(sentence, wish) }
}

interface ListWish {
  /** Words that are neither verb, place nor filler. */
  readonly content: readonly Word[]
  /** Glob from "named …". */
  readonly name: string | null
  /** Glob from the kind of file: `markdown files`, `config files`. */
  readonly kind: string | null
}

function isListing({ content, name, kind }: ListWish): boolean {
  return name !== null || kind !== null || content.every((word) => isFolderName(word) || isPathWord(word))
}

function isFileSearch({ content, name, kind }: ListWish, rest: readonly Word[]): boolean {
  if (name !== null) return true
  if (content.length === 0) return kind !== null
  const [sole] = content
  if (content.length > 1 || !sole || hasAny(rest, USAGE_WORDS) || hasAny(rest, DEFINITION_WORDS)) return false
  return isPathWord(sole) || kind === `*${escapeGlob(sole.text)}*`
}

function isShowingFiles({ verb, words, plain, rest, scope }: Sentence, { content }: ListWish): boolean {
  if (hasAny(rest, LINE_NOUNS) || [...content.map((word) => word.text), scope.path ?? ''].some(isFilePath))
    return false
  const isAbout = hasAny(words, FILE_NOUNS) || hasAny(words, FOLDER_NOUNS)
  if (verb === 'show') return isAbout || scope.glob !== null
  const asksPlace = scope.path !== null && / what(?:'s| is) in /.test(plain)
  return verb === null && (isAbout || asksPlace || (scope.glob !== null && content.length === 0))
}

/** "Show README.md", "open src/a.ts lines 10-30", "read the licence", and a path alone. */
export function readRule({ verb, words, rest, scope, plain }: Sentence): Intent | null {
  const { files, folder, range } = readTargets(rest, scope.path)
  const isBare =
    verb === null &&
    rest.every((word) => isPath(splitLineSuffix(word.text).path) || PLAIN_FILE_NAMES.has(word.lower))
  const asksWhat = verb === null && QUESTION_WORDS.has(words[0]?.lower ?? '')
  const lines = range ?? lineRangeOf(plain)
  if (plain.includes(' where ') || !(verb === 'show' || isBare || asksWhat || (verb === null && lines)))
    return null
  if (files.length > 0)
    return { kind: 'read', targets: files, range: lines, outline: asksWhat && lines === null }
  if (asksWhat) return null
  if (folder !== null) return { kind: 'list', foldersOnly: false, scope: { path: folder, glob: scope.glob } }
  const content = rest.filter((word) => !FILLERS.has(word.lower) && word.kind === 'plain')
  const sole = content.length === 1 ? content[0] : undefined
  if (!sole || !/^[\w.-]+$/.test(sole.text)) return null
  if (isFolderName(sole)) return { kind: 'list', foldersOnly: false, scope: { path: sole.text, glob: null } }
  // A name such as `parseConfig` is code; `config` may be a file.
  if (looksLikeCode(sole.text) || verb !== 'show') return null
  return {
    kind: 'read',
    targets: [{ lookup: `*${sole.text}*`, label: sole.text }],
    range: lines,
    outline: false,
  }
}

interface Targets {
  readonly files: readonly ReadTarget[]
  readonly folder: string | null
  readonly range: LineRange | null
}

function readTargets(rest: readonly Word[], scopePath: string | null): Targets {
  const files = new Map<string, ReadTarget>()
  let folder: string | null = null
  let range: LineRange | null = null
  const named = [
    ...rest.filter((word) => word.kind !== 'regex'),
    ...(scopePath === null ? [] : [asWord(scopePath)]),
  ]
  for (const word of named) {
    const lookup = PLAIN_FILE_NAMES.get(word.lower)
    const suffix = splitLineSuffix(word.text)
    if (lookup !== undefined) files.set(lookup, { lookup, label: word.text })
    else if (!isPath(suffix.path)) folder ??= word.text === scopePath ? scopePath : null
    else if (
      suffix.path.endsWith('/') ||
      suffix.path === '.' ||
      (word.text === scopePath && !isFilePath(scopePath))
    ) {
      folder ??= trimSlash(suffix.path)
    } else files.set(suffix.path, { path: suffix.path.replace(/^\.\//, '') })
    range ??= suffix.range
  }
  return { files: [...files.values()].slice(0, MAX_TARGETS), folder, range }
}

/** `*config*` for "files named config". */
function namedAfter(words: readonly Word[]): string | null {
  if (!hasAny(words, FILE_NOUNS)) return null
  const at = words.findIndex((word) => /^(?:named|called|namens|nommée?s?|llamad[oa]s?)$/.test(word.lower))
  const name = at < 0 ? undefined : words[at + 1]?.text
  if (name === undefined) return null
  return /[*.]/.test(name) ? name : `*${escapeGlob(name)}*`
}

/** `*config*` for "config files": the word right before the noun. */
function kindBeforeNoun(words: readonly Word[], content: readonly Word[]): string | null {
  const at = words.findIndex((word) => FILE_NOUNS.has(word.lower))
  const before = at > 0 ? words[at - 1] : undefined
  if (!before || !content.includes(before) || isPath(before.text)) return null
  return `*${escapeGlob(before.text)}*`
}

function placeOf({ scope }: Sentence, { content, name, kind }: ListWish): Scope {
  const glob = name ?? kind
  if (scope.path !== null || glob !== null) return { path: scope.path, glob }
  const sole = content.find((word) => isPathWord(word) || isFolderName(word))
  if (!sole) return EVERYWHERE
  if (isFilePath(sole.text)) return { path: null, glob: escapeGlob(sole.text.replace(/^(?:\.\/|\/)/, '')) }
  return { path: trimSlash(sole.text), glob: null }
}

/** "Which files contain X", "show me where X is used": about what is in the files, not about their names. */
function asksContent({ verb, rest, plain }: Sentence): boolean {
  return (
    hasAny(rest, CONTAIN_VERBS) ||
    / (?:with|mit|avec|con) /.test(plain) ||
    (verb !== 'find' && plain.includes(' where '))
  )
}

function isFolderName(word: Word): boolean {
  return KNOWN_FOLDERS.has(word.lower)
}

function isPathWord(word: Word): boolean {
  return word.kind === 'plain' && isPath(word.text)
}

function trimSlash(path: string): string {
  const trimmed = path.replace(/^\.\//, '').replace(/\/$/, '')
  return trimmed === '' ? '.' : trimmed
}

function asWord(text: string): Word {
  return { text, lower: text.toLowerCase(), kind: 'plain' }
}
