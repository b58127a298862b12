import type { Intent, LineRange } from './intent.ts'
import { scopeText } from './intent.ts'
import { outlineOf } from './outline.ts'
import { readFileLines, readToolText, totalOf } from './tool-text.ts'
import type { FileCount, FileLine } from './tool-text.ts'
import { argumentOf } from './transcript.ts'
import type { Exchange } from './transcript.ts'
import {
  capitalised,
  code,
  countBlock,
  counted,
  failureText,
  indented,
  MAX_SHOWN,
  numbered,
  totalText,
} from './wording.ts'

/** Folders that are named in a summary of a long list. */
const MAX_FOLDERS = 25

/** The files or folders that a glob found; a long list is summed up by folder first. */
export function listAnswer(
  intent: Extract<Intent, { kind: 'list' }>,
  rounds: readonly (readonly Exchange[])[],
): string[] {
  const last = rounds.at(-1)?.[0]
  if (!last) return []
  if (last.failed) return [failureText(last)]
  const { lines: files, notes } = readToolText(last.text)
  const place = scopeText(intent.scope)
  if (files.length === 0) return [`No files found${place}; files that git ignores are left out.`]
  if (intent.foldersOnly) return foldersAnswer(files, notes, intent.scope.path)
  const total = totalOf(files.length, notes)
  const widened =
    rounds.length > 1
      ? [`No file is named ${code(intent.scope.glob ?? '')}; these names contain it.`, '']
      : []
  const heading = `${totalText(total, 'file')}${place}`
  if (files.length <= MAX_SHOWN)
    return [
      ...widened,
      `${capitalised(heading)}:`,
      '',
      ...indented(files),
      ...narrowed(total.count - files.length),
    ]
  return [
    ...widened,
    `${capitalised(heading)}, by folder:`,
    '',
    ...countBlock(filesByFolder(files, intent.scope.path), MAX_FOLDERS),
    '',
    `The first ${numbered(MAX_SHOWN)}:`,
    '',
    ...indented(files.slice(0, MAX_SHOWN)),
    ...narrowed(total.count - MAX_SHOWN),
  ]
}

function narrowed(rest: number): string[] {
  return rest > 0
    ? [
        '',
        `… and ${numbered(rest)} more. Name a folder or a kind of file to see fewer, for example "list *.md in docs".`,
      ]
    : []
}

function foldersAnswer(files: readonly string[], notes: readonly string[], base: string | null): string[] {
  const folders = foldersBelow(files, base)
  if (folders.length === 0) return ['No folders there: every file is at the top.']
  const total = totalOf(0, notes)
  return [
    `${total.isExact ? counted(folders.length, 'folder') : `At least ${counted(folders.length, 'folder')}`} with files in them:`,
    '',
    ...indented(folders.slice(0, MAX_SHOWN)),
    ...narrowed(folders.length - MAX_SHOWN),
  ]
}

/** Every folder between `base` and a file, sorted, each with a closing slash. */
export function foldersBelow(files: readonly string[], base: string | null): string[] {
  const folders = new Set<string>()
  const top = base === null || base === '.' ? 0 : base.length + 1
  for (const file of files) {
    for (let slash = file.indexOf('/', top); slash > 0; slash = file.indexOf('/', slash + 1))
      folders.add(file.slice(0, slash + 1))
  }
  return [...folders].sort()
}

/** Files per folder right below `base`; files at `base` itself count for it. */
export function filesByFolder(files: readonly string[], base: string | null): FileCount[] {
  const prefix = base === null || base === '.' ? '' : `${base}/`
  const groups = Map.groupBy(files, (file) => {
    const slash = file.indexOf('/', file.startsWith(prefix) ? prefix.length : 0)
    return slash < 0 ? (prefix === '' ? './' : prefix) : file.slice(0, slash + 1)
  })
  return [...groups].map(([path, group]) => ({ path, count: group.length }))
}

/** The text of the files that were read, or their outlines. */
export function readAnswer(
  intent: Extract<Intent, { kind: 'read' }>,
  rounds: readonly (readonly Exchange[])[],
): string[] {
  const reads = rounds.flat().filter((exchange) => exchange.name === 'read_file')
  const good = reads.filter(
    (exchange, index) =>
      !exchange.failed &&
      !reads.slice(index + 1).some((later) => later.input['path'] === exchange.input['path']),
  )
  const shown = good.flatMap((exchange, index) => {
    const lines = intent.outline ? outlineAnswer(exchange) : fileAnswer(exchange, intent.range)
    return index === 0 ? lines : ['', ...lines]
  })
  const lookups = rounds.flat().filter((exchange) => exchange.name === 'glob')
  const failures = reads.filter((exchange) => exchange.failed)
  if (failures.length === 0 && good.length > 0) return shown
  const elsewhere = good.length > 0 && lookups.length > 0 ? ['The file was found in another folder.'] : []
  const folder = lookups.find((exchange) => argumentOf(exchange, 'path') !== '' && !exchange.failed)
  if (good.length === 0 && folder && readToolText(folder.text).lines.length > 0) {
    return listAnswer(
      { kind: 'list', foldersOnly: false, scope: { path: argumentOf(folder, 'path'), glob: null } },
      [[folder]],
    )
  }
  const tried = new Set(reads.map((exchange) => exchange.input['path']))
  const open = good.length > 0 ? [] : candidates(intent, lookups, tried)
  return [
    ...failures.map(failureText),
    ...elsewhere,
    ...open,
    ...(shown.length > 0 && failures.length > 0 ? [''] : []),
    ...shown,
  ]
}

function candidates(
  { targets }: Extract<Intent, { kind: 'read' }>,
  lookups: readonly Exchange[],
  tried: ReadonlySet<unknown>,
): string[] {
  const failed = lookups.find((exchange) => exchange.failed)
  const paths = [
    ...new Set(lookups.flatMap((exchange) => (exchange.failed ? [] : readToolText(exchange.text).lines))),
  ].filter((path) => !tried.has(path))
  if (paths.length === 0) {
    if (failed && lookups.every((exchange) => exchange.failed)) return [failureText(failed)]
    const [target] = targets
    return target && 'label' in target ? [`No file with ${code(target.label)} in its name was found.`] : []
  }
  return [
    `Which one? Ask for one of these by its path:`,
    '',
    ...indented(paths.slice(0, MAX_SHOWN)),
    ...narrowed(paths.length - MAX_SHOWN),
  ]
}

function fileAnswer(exchange: Exchange, range: LineRange | null): string[] {
  const path = argumentOf(exchange, 'path')
  const text = readToolText(exchange.text)
  const all = readFileLines(text)
  const lines = range && 'last' in range ? all.slice(-range.last) : all
  const first = lines[0]?.number
  const end = lines.at(-1)?.number
  if (first === undefined || end === undefined) return [`${path}: ${text.notes[0] ?? 'no lines there'}.`]
  const total = totalOf(end, text.notes)
  const isWhole = first === 1 && total.count <= end && text.notes.length === 0 && range === null
  const ofAll = total.count > end || first > 1 ? ` of ${numbered(total.count)}` : ''
  const part = first === end ? `line ${numbered(first)}` : `lines ${numbered(first)} to ${numbered(end)}`
  const span = isWhole ? counted(end, 'line') : part + ofAll
  const body = lines.map((line) => line.text)
  const fence = fenceFor(body)
  const next = `show ${path} lines ${end + 1}-${Math.min(total.count, end + lines.length)}`
  return [
    `${path}, ${span}:`,
    '',
    `${fence}${languageOf(path)}`,
    ...body,
    fence,
    ...(range === null && total.count > end ? ['', `The file goes on: ask "${next}".`] : []),
  ]
}

function outlineAnswer(exchange: Exchange): string[] {
  const path = argumentOf(exchange, 'path')
  const text = readToolText(exchange.text)
  const lines: FileLine[] = readFileLines(text)
  const total = totalOf(lines.at(-1)?.number ?? 0, text.notes)
  return [
    `${path}, ${counted(total.count, 'line')}. What follows is its outline, taken from the text by rules; "show ${path}" prints it.`,
    ...outlineOf(path, lines),
  ]
}

/** Longer than every run of backticks in the text. */
function fenceFor(lines: readonly string[]): string {
  let longest = 2
  for (const line of lines) for (const run of line.match(/`+/g) ?? []) longest = Math.max(longest, run.length)
  return '`'.repeat(longest + 1)
}

function languageOf(path: string): string {
  const ending = /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]
  return ending?.toLowerCase() ?? ''
}
