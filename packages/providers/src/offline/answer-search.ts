import { isMarkerComment, markerIn } from './comment-lines.ts'
import type { Intent } from './intent.ts'
import { scopeText } from './intent.ts'
import { definitionPattern } from './plan.ts'
import { readMatches, readToolText, totalOf } from './tool-text.ts'
import type { Match } from './tool-text.ts'
import type { Exchange } from './transcript.ts'
import {
  capitalised,
  code,
  counted,
  failureText,
  indented,
  matchBlock,
  MAX_SHOWN,
  numbered,
  totalText,
} from './wording.ts'

/** Mentions that are shown beside the comments, which are what was asked for. */
const MAX_MENTIONS = 40

/** Every comment with a marker, by file; mentions of the same word apart from them. */
export function markersAnswer(intent: Extract<Intent, { kind: 'markers' }>, exchange: Exchange): string[] {
  if (exchange.failed) return [failureText(exchange)]
  const { words, scope } = intent
  const text = readToolText(exchange.text)
  const matches = readMatches(text)
  const names = words.join('/')
  if (matches.length === 0) {
    return [
      `None found: no ${names} comment${scopeText(scope)}.`,
      '',
      `Searched for ${words.map(code).join(' and ')} as whole words in capitals; files that git ignores are left out.`,
    ]
  }
  const { comments = [], mentions = [] } = Object.groupBy(matches, (match) =>
    isMarkerComment(match, words) ? 'comments' : 'mentions',
  )
  const total = totalOf(matches.length, text.notes)
  const files = counted(new Set(comments.map((match) => match.path)).size, 'file')
  const cut = matches.length < total.count || !total.isExact
  return [
    comments.length === 0
      ? `No ${names} comment found${scopeText(scope)}.`
      : `${cut ? 'Among the first matches: ' : ''}${counted(comments.length, `${names} comment`)} in ${files}${scopeText(scope)}${byMarker(comments, words)}.`,
    ...section(comments),
    ...(mentions.length === 0
      ? []
      : [
          '',
          `${counted(mentions.length, 'other mention')} of the ${words.length > 1 ? 'words' : 'word'}, by the look of the line not a comment:`,
          ...section(mentions, MAX_MENTIONS),
        ]),
    ...(cut
      ? [
          '',
          narrowing(
            total.isExact ? numbered(total.count) : `at least ${numbered(total.count)}`,
            matches.length,
            'find TODO comments in src',
          ),
        ]
      : []),
  ]
}

function byMarker(matches: readonly Match[], words: readonly string[]): string {
  if (words.length < 2) return ''
  const groups = Map.groupBy(matches, (match) => markerIn(match.text, words))
  return ` (${words.map((word) => `${word} ${numbered(groups.get(word)?.length ?? 0)}`).join(', ')})`
}

function section(matches: readonly Match[], limit: number = MAX_SHOWN): string[] {
  if (matches.length === 0) return []
  const rest = matches.length - limit
  return ['', ...matchBlock(matches, limit), ...(rest > 0 ? ['', `… and ${numbered(rest)} more.`] : [])]
}

function narrowing(total: string, seen: number, example: string): string {
  return `The search stopped at ${numbered(seen)} of ${total} matches. Name a folder or a kind of file to narrow it, for example "${example}".`
}

/** Hits of a search, with what had to be widened on the way. */
export function findAnswer(
  intent: Extract<Intent, { kind: 'find' }>,
  rounds: readonly (readonly Exchange[])[],
): string[] {
  const searches = rounds.flatMap((round) => round.slice(0, 1))
  const last = searches.at(-1)
  if (!last) return []
  const misplaced = searches.find((search) => search.failed)
  if (last.failed) return [failureText(last)]
  const prefix = misplaced ? [`${failureText(misplaced)} So the whole project was searched.`, ''] : []
  const text = readToolText(last.text)
  const scope = misplaced ? { ...intent.scope, path: null } : intent.scope
  if (text.lines.length === 0) return [...prefix, ...nothingFound(intent, scopeText(scope))]
  return [
    ...prefix,
    ...(intent.filesOnly
      ? fileHits(intent, last, scopeText(scope))
      : lineHits(intent, last, scopeText(scope))),
  ]
}

function nothingFound({ query }: Extract<Intent, { kind: 'find' }>, place: string): string[] {
  const how = query.regex ? 'as a regular expression' : 'as plain text, in capitals and small letters'
  return [
    `No matches for ${code(query.text)}${place}.`,
    '',
    `Searched ${how}; files that git ignores are left out.`,
  ]
}

function fileHits({ query }: Extract<Intent, { kind: 'find' }>, exchange: Exchange, place: string): string[] {
  const { lines, notes } = readToolText(exchange.text)
  const total = totalOf(lines.length, notes)
  const rest = total.count - Math.min(lines.length, MAX_SHOWN)
  return [
    `${capitalised(totalText(total, 'file'))} with ${code(query.text)}${place}:`,
    '',
    ...indented(lines.slice(0, MAX_SHOWN)),
    ...(rest > 0 ? ['', `… and ${numbered(rest)} more.`] : []),
  ]
}

function lineHits(intent: Extract<Intent, { kind: 'find' }>, exchange: Exchange, place: string): string[] {
  const text = readToolText(exchange.text)
  const matches = readMatches(text)
  const total = totalOf(matches.length, text.notes)
  const files = counted(new Set(matches.map((match) => match.path)).size, 'file')
  const name = code(intent.query.text)
  const isDefinition = exchange.input['pattern'] === definitionPattern(intent.query.text)
  const anyCase =
    exchange.input['ignore_case'] === true && /\p{Lu}/u.test(intent.query.text) ? ' (ignoring case)' : ''
  const heading = isDefinition
    ? `${name} looks defined at ${totalText(total, 'place')}${place}:`
    : `${capitalised(totalText(total, 'match', 'matches'))} for ${name}${anyCase} in ${files}${place}:`
  const missed =
    intent.purpose === 'definition' && !isDefinition
      ? [`No definition of ${name} was recognised; these lines mention it.`, '']
      : []
  const cut = total.count > matches.length || !total.isExact
  return [
    ...missed,
    heading,
    ...section(matches),
    ...(cut
      ? [
          '',
          narrowing(
            total.isExact ? numbered(total.count) : `at least ${numbered(total.count)}`,
            matches.length,
            `find ${intent.query.text} in src`,
          ),
        ]
      : []),
  ]
}
