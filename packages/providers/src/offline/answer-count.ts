import { filesByFolder, foldersBelow } from './answer-files.ts'
import type { Intent } from './intent.ts'
import { scopeText } from './intent.ts'
import { readCounts, readToolText, totalOf } from './tool-text.ts'
import type { FileCount } from './tool-text.ts'
import type { Exchange } from './transcript.ts'
import { code, countBlock, counted, failureText, numbered } from './wording.ts'

/** Rows of a table of counts. */
const MAX_ROWS = 15

/** A number, and where it comes from. */
export function countAnswer(
  { count, scope }: Extract<Intent, { kind: 'count' }>,
  exchange: Exchange,
): string[] {
  if (exchange.failed) return [failureText(exchange)]
  const place = scopeText(scope)
  const text = readToolText(exchange.text)
  if (count.what === 'files' || count.what === 'folders') {
    const total = totalOf(text.lines.length, text.notes)
    if (count.what === 'folders')
      return foldersCount(text.lines, scope.path, total.isExact && total.count === text.lines.length, place)
    const byFolder = filesByFolder(text.lines, scope.path)
    const table = byFolder.length > 1 ? ['', 'By folder:', '', ...countBlock(byFolder, MAX_ROWS)] : []
    return [
      `${total.isExact ? '' : 'At least '}${counted(total.count, 'file')}${place}.`,
      ...table,
      ...endings(text.lines),
    ]
  }
  const counts = readCounts(text)
  const sum = counts.reduce((all, entry) => all + entry.count, 0)
  const files = totalOf(counts.length, text.notes)
  const isPartial = !files.isExact || files.count > counts.length
  const noun = count.what === 'lines' ? 'line' : `line with ${wanted(count)}`
  const plural = count.what === 'lines' ? 'lines' : `lines with ${wanted(count)}`
  const heading = `${isPartial ? 'At least ' : ''}${counted(sum, noun, plural)} in ${counted(files.count, 'file')}${place}.`
  const more = isPartial
    ? [
        '',
        `Only the first ${numbered(counts.length)} files were counted; name a folder or a kind of file for an exact number.`,
      ]
    : []
  return [heading, ...(counts.length > 1 ? ['', ...countBlock(counts, MAX_ROWS)] : []), ...more]
}

function wanted(count: Extract<Intent, { kind: 'count' }>['count']): string {
  if (count.what === 'markers') return count.words.join(' or ')
  return count.what === 'text' ? code(count.query.text) : ''
}

function foldersCount(
  files: readonly string[],
  base: string | null,
  isExact: boolean,
  place: string,
): string[] {
  const folders = foldersBelow(files, base).map((path) => ({
    path,
    count: files.filter((file) => file.startsWith(path)).length,
  }))
  const heading = `${isExact ? '' : 'At least '}${counted(folders.length, 'folder')} with files${place}.`
  return folders.length === 0
    ? [heading]
    : [heading, '', 'Files in each:', '', ...countBlock(folders, MAX_ROWS)]
}

function endings(files: readonly string[]): string[] {
  const kinds = filesByEnding(files)
  return kinds.length > 1 ? ['', 'By ending:', '', ...countBlock(kinds, MAX_ROWS)] : []
}

/** Files per ending; those without one under `(none)`. */
export function filesByEnding(files: readonly string[]): FileCount[] {
  const groups = Map.groupBy(
    files,
    (file) => /[^/](\.[A-Za-z0-9]{1,10})$/.exec(file)?.[1]?.toLowerCase() ?? '(none)',
  )
  return [...groups].map(([path, group]) => ({ path, count: group.length }))
}
