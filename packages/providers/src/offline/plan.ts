import type { JsonObject } from '@heddle/core'
import type { Countable, Intent, LineRange, Query, ReadTarget, Scope } from './intent.ts'
import { escapeGlob } from './sentence.ts'
import { readFileLines, readToolText, totalOf } from './tool-text.ts'
import { argumentOf } from './transcript.ts'
import type { Exchange } from './transcript.ts'

/** A call the planner wants to make. */
export interface PlannedCall {
  readonly name: 'grep' | 'glob' | 'read_file'
  readonly input: JsonObject
}

/** Rounds of calls for one question; then it answers, whatever it has. */
export const MAX_ROUNDS = 3
/** As much as the `grep` tool gives. */
const MAX_MATCHES = 1000
/** As much as the `glob` tool gives. */
const MAX_FILES = 2000
/** Lines of a README that matter for an overview. */
const README_LINES = 60

const MANIFESTS: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'Cargo.toml',
  'go.mod',
  'composer.json',
  'mix.exs',
])

/**
 * The calls to make now, to run side by side.
 *
 * @param rounds - What was called for this question already, oldest first.
 * @returns Empty when everything is there and the answer is due.
 */
export function nextCalls(intent: Intent, rounds: readonly (readonly Exchange[])[]): PlannedCall[] {
  if (rounds.length >= MAX_ROUNDS) return []
  switch (intent.kind) {
    case 'markers':
      return rounds.length === 0 ? [grepMarkers(intent.words, intent.scope)] : []
    case 'find':
      return nextFind(intent, rounds)
    case 'list':
      return nextList(intent.scope, rounds)
    case 'read':
      return nextRead(intent.targets, intent.range, rounds)
    case 'count':
      return rounds.length === 0 ? [countCall(intent.count, intent.scope)] : []
    case 'overview':
      return nextOverview(intent.path, rounds)
    case 'attachment':
    case 'help':
      return []
    default:
      return intent satisfies never
  }
}

/** Whole words only, capitals as written: neither `todos` nor `mastodon`. */
export function markerPattern(words: readonly string[]): string {
  return `\\b(${words.join('|')})\\b`
}

function grep(pattern: string, scope: Scope, extra: JsonObject = {}): PlannedCall {
  const input = { pattern, ...placeOf(scope), ...extra, max_results: MAX_MATCHES }
  return { name: 'grep', input }
}

/** Comments of other people's packages are nobody's tasks, even where no .gitignore leaves them out. */
function grepMarkers(words: readonly string[], scope: Scope, extra: JsonObject = {}): PlannedCall {
  const isInside = scope.path?.split('/').includes('node_modules') === true
  const glob = scope.glob ?? (isInside ? null : '!**/node_modules/**')
  return grep(markerPattern(words), { path: scope.path, glob }, extra)
}

function glob(pattern: string, path: string | null = null): PlannedCall {
  return { name: 'glob', input: { pattern, ...(path === null ? {} : { path }), max_results: MAX_FILES } }
}

function placeOf({ path, glob: names }: Scope): JsonObject {
  return { ...(path === null ? {} : { path }), ...(names === null ? {} : { glob: names }) }
}

/** From the narrowest search to the widest; the next one runs when the one before found nothing. */
function nextFind(
  intent: Extract<Intent, { kind: 'find' }>,
  rounds: readonly (readonly Exchange[])[],
): PlannedCall[] {
  const last = rounds.at(-1)?.[0]
  if (last && !last.failed && readToolText(last.text).lines.length > 0) return []
  // The place may have been a guess ("find x in haystack").
  if (last?.failed) {
    const place = argumentOf(last, 'path')
    return place !== '' && last.text.includes(place) ? [{ name: 'grep', input: withoutPath(last.input) }] : []
  }
  const scope = rounds.some((round) => round[0]?.failed) ? { ...intent.scope, path: null } : intent.scope
  const searches = searchesFor(intent.query, intent.purpose)
  const search = searches[rounds.filter((round) => !round[0]?.failed).length]
  if (!search) return []
  return [grep(search.pattern, scope, { ...search.extra, ...(intent.filesOnly ? { output: 'files' } : {}) })]
}

interface Search {
  readonly pattern: string
  readonly extra: JsonObject
}

function searchesFor({ text, regex }: Query, purpose: 'text' | 'definition' | 'usage'): Search[] {
  const anyCase = { ignore_case: true }
  const hasCapitals = /\p{Lu}/u.test(text)
  if (regex)
    return [
      { pattern: text, extra: {} },
      ...(hasCapitals || text.startsWith('(?i)') ? [] : [{ pattern: text, extra: anyCase }]),
    ]
  const literal = { pattern: text, extra: { literal: true } }
  const loose = { pattern: text, extra: { literal: true, ...anyCase } }
  // Like ripgrep's smart case: whoever types a capital means it.
  const plain = hasCapitals ? [literal, loose] : [loose]
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(text) || purpose === 'text') return plain
  if (purpose === 'usage') return [{ pattern: `\\b${escapeRegex(text)}\\b`, extra: {} }, loose]
  return [{ pattern: definitionPattern(text), extra: {} }, ...plain]
}

/** Where common languages introduce a name: keyword before it, a method's head, or an assignment at the margin. */
export function definitionPattern(name: string): string {
  const id = escapeRegex(name)
  const keywords =
    'function\\*?|class|interface|type|enum|const|let|var|val|def|fn|func|struct|trait|module|namespace|record|object|protocol|macro_rules!|static'
  return [
    `\\b(?:${keywords})\\s+${id}\\b`,
    `#define\\s+${id}\\b`,
    `\\bfunc\\s*\\([^)]*\\)\\s*${id}\\b`,
    `^\\s*(?:(?:export|default|public|private|protected|static|async|override|get|set)\\s+)*${id}\\s*(?:<[^>]*>)?\\([^;]*\\)[^;=]*\\{\\s*$`,
    `^${id}\\s*(?::[^=]*)?=[^=]`,
  ].join('|')
}

/** Takes the meaning from letters that ripgrep's expressions treat specially. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
}

function withoutPath(input: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'path'))
}

function countCall(count: Countable, scope: Scope): PlannedCall {
  switch (count.what) {
    case 'files':
    case 'folders':
      return glob(scope.glob ?? '**/*', scope.path)
    case 'lines':
      return grep('^', scope, { output: 'count' })
    case 'markers':
      return grepMarkers(count.words, scope, { output: 'count' })
    case 'text':
      return grep(count.query.text, scope, {
        ...(count.query.regex ? {} : { literal: true }),
        output: 'count',
      })
    default:
      return count satisfies never
  }
}

function nextList(scope: Scope, rounds: readonly (readonly Exchange[])[]): PlannedCall[] {
  const last = rounds.at(-1)?.[0]
  if (!last) return [glob(scope.glob ?? '**/*', scope.path)]
  const isEmpty = !last.failed && readToolText(last.text).lines.length === 0
  // An exact name that no file has: perhaps part of one.
  if (!isEmpty || rounds.length > 1 || scope.glob === null || /[*{]/.test(scope.glob)) return []
  return [glob(`*${scope.glob.split('/').at(-1) ?? ''}*`, scope.path)]
}

function nextRead(
  targets: readonly ReadTarget[],
  range: LineRange | null,
  rounds: readonly (readonly Exchange[])[],
): PlannedCall[] {
  const last = rounds.at(-1)
  if (!last)
    return targets.map((target) => ('path' in target ? read(target.path, range) : glob(target.lookup)))
  const tried = new Set(
    rounds.flat().map((exchange) => (exchange.name === 'read_file' ? exchange.input['path'] : null)),
  )
  return last.flatMap((exchange) => {
    if (exchange.name === 'glob') {
      const found = bestPath(exchange)
      return found === null || tried.has(found) ? [] : [read(found, range)]
    }
    const path = argumentOf(exchange, 'path')
    if (exchange.failed) return rounds.length > 1 ? [] : lookElsewhere(path)
    return range && 'last' in range ? readEnd(exchange, path, range.last) : []
  })
}

function read(path: string, range: LineRange | null): PlannedCall {
  if (!range || 'last' in range) return { name: 'read_file', input: { path } }
  const limit = range.end === null ? {} : { limit: range.end - range.first + 1 }
  return { name: 'read_file', input: { path, offset: range.first, ...limit } }
}

/** The one file a loose name means: the only one, or the only one nearest to the project's root. */
export function bestPath(exchange: Exchange): string | null {
  if (exchange.failed) return null
  const paths = readToolText(exchange.text).lines
  const depth = (path: string): number => path.split('/').length
  const top = Math.min(...paths.map(depth))
  const nearest = paths.filter((path) => depth(path) === top)
  // "*config*" is too loose a name to pick among several.
  const isLoose = argumentOf(exchange, 'pattern').startsWith('*')
  return nearest.length === 1 && (!isLoose || paths.length === 1) ? (nearest[0] ?? null) : null
}

/** After a failed read: the same name in another folder, and the folder of that name. */
function lookElsewhere(path: string): PlannedCall[] {
  if (path.startsWith('/') || path.split('/').includes('..')) return []
  const name = path.split('/').at(-1) ?? ''
  const isMaybeFolder = !name.includes('.')
  return [glob(escapeGlob(name)), ...(isMaybeFolder ? [glob('**/*', path)] : [])]
}

/** A file longer than one reading: its last lines need a second one. */
function readEnd(exchange: Exchange, path: string, last: number): PlannedCall[] {
  const text = readToolText(exchange.text)
  const lines = readFileLines(text)
  const total = totalOf(lines.at(-1)?.number ?? 0, text.notes)
  if (exchange.input['offset'] !== undefined || total.count <= (lines.at(-1)?.number ?? 0)) return []
  return [{ name: 'read_file', input: { path, offset: Math.max(1, total.count - last + 1), limit: last } }]
}

function nextOverview(path: string | null, rounds: readonly (readonly Exchange[])[]): PlannedCall[] {
  const [first] = rounds
  if (!first)
    return [glob('**/*', path), grepMarkers(['TODO', 'FIXME'], { path, glob: null }, { output: 'count' })]
  if (rounds.length > 1) return []
  const listing = first.find((exchange) => exchange.name === 'glob')
  if (!listing || listing.failed) return []
  const base = path === null || path === '.' ? '' : `${path}/`
  const top = readToolText(listing.text).lines.filter(
    (file) => file.startsWith(base) && !file.slice(base.length).includes('/'),
  )
  const readme = top.find((file) => /^readme(?:\.\w+)?$/i.test(file.slice(base.length)))
  const manifests = top.filter((file) => MANIFESTS.has(file.slice(base.length)))
  return [
    ...(readme === undefined
      ? []
      : [{ name: 'read_file' as const, input: { path: readme, limit: README_LINES } }]),
    ...manifests.map((file) => ({ name: 'read_file' as const, input: { path: file } })),
  ]
}
