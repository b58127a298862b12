import { isJsonObject } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import { filesByEnding } from './answer-count.ts'
import { filesByFolder } from './answer-files.ts'
import { readCounts, readFileLines, readToolText, totalOf } from './tool-text.ts'
import { argumentOf } from './transcript.ts'
import type { Exchange } from './transcript.ts'
import { countBlock, counted, failureText, indented, numbered, shortened } from './wording.ts'

/** Rows of the layout, and of the list of dependencies. */
const MAX_ROWS = 20
/** Lines of the README that are quoted. */
const MAX_README_LINES = 12

/** What a project is, from its manifest, its README and its files. */
export function overviewAnswer(path: string | null, rounds: readonly (readonly Exchange[])[]): string[] {
  const exchanges = rounds.flat()
  const listing = exchanges.find((exchange) => exchange.name === 'glob')
  if (!listing) return ['An overview needs the `glob` tool, which is not on offer here.']
  if (listing.failed) return [failureText(listing)]
  const text = readToolText(listing.text)
  if (text.lines.length === 0)
    return ['There are no files here (or git ignores them all): nothing to summarise.']
  const reads = exchanges.filter((exchange) => exchange.name === 'read_file' && !exchange.failed)
  const markers = exchanges.find((exchange) => exchange.name === 'grep' && !exchange.failed)
  const total = totalOf(text.lines.length, text.notes)
  const partial = total.count > text.lines.length || !total.isExact
  const heading = partial
    ? `Layout (the first ${numbered(text.lines.length)} of ${total.isExact ? '' : 'at least '}${numbered(total.count)} files):`
    : `Layout (${counted(total.count, 'file')}):`
  return [
    ...reads.filter((read) => !isReadme(read)).flatMap(manifestLines),
    ...reads.filter(isReadme).flatMap(readmeLines),
    heading,
    '',
    ...countBlock(filesByFolder(text.lines, path), MAX_ROWS),
    '',
    'Kinds of files:',
    '',
    ...countBlock(filesByEnding(text.lines), 10),
    ...(markers ? ['', markerLine(markers)] : []),
  ]
}

function isReadme(read: Exchange): boolean {
  return /(?:^|\/)readme(?:\.\w+)?$/i.test(argumentOf(read, 'path'))
}

function bodyOf(read: Exchange): string[] {
  return readFileLines(readToolText(read.text)).map((line) => line.text)
}

function markerLine(exchange: Exchange): string {
  const counts = readCounts(readToolText(exchange.text))
  const sum = counts.reduce((all, entry) => all + entry.count, 0)
  if (sum === 0) return 'No line has TODO or FIXME in it.'
  return `${counted(sum, 'line')} with TODO or FIXME in ${counted(counts.length, 'file')}; "find all TODO comments" lists them.`
}

/** The first paragraphs, without badges, pictures and code. */
function readmeLines(read: Exchange): string[] {
  const lines = bodyOf(read)
  const chosen: string[] = []
  for (const line of lines) {
    const text = line.trim()
    if (/^(?:\[!\[|!\[|<|\|)/.test(text)) continue
    if (/^(?:```|~~~)/.test(text) || chosen.length >= MAX_README_LINES) break
    if (text === '' ? chosen.length > 0 && chosen.at(-1) !== '' : true) chosen.push(shortened(text))
  }
  while (chosen.at(-1) === '') chosen.pop()
  return chosen.length === 0 ? [] : [`From ${argumentOf(read, 'path')}:`, '', ...indented(chosen), '']
}

function manifestLines(read: Exchange): string[] {
  const path = argumentOf(read, 'path')
  const lines = bodyOf(read)
  const facts = path.endsWith('.json') ? jsonFacts(lines.join('\n')) : plainFacts(lines)
  return facts.length === 0 ? [] : [`From ${path}:`, '', ...indented(facts), '']
}

function jsonFacts(text: string): string[] {
  const manifest = parsed(text)
  if (!manifest) return []
  const word = (name: string): string[] =>
    typeof manifest[name] === 'string' ? [`${name}: ${shortened(manifest[name])}`] : []
  const names = (name: string): string[] => {
    const keys = isJsonObject(manifest[name]) ? Object.keys(manifest[name]) : []
    return keys.length === 0 ? [] : [`${name} (${keys.length}): ${listed(keys)}`]
  }
  const workspaces = Array.isArray(manifest['workspaces'])
    ? [`workspaces: ${listed(manifest['workspaces'].map(String))}`]
    : []
  return [
    ...['name', 'version', 'description', 'license'].flatMap(word),
    ...workspaces,
    ...['bin', 'scripts', 'dependencies', 'devDependencies', 'peerDependencies', 'require'].flatMap(names),
  ]
}

function listed(names: readonly string[]): string {
  const shown = names
    .slice(0, MAX_ROWS)
    .map((name) => shortened(name, 60))
    .join(', ')
  return names.length > MAX_ROWS ? `${shown}, … ${names.length - MAX_ROWS} more` : shown
}

/** `null` for what is not a whole JSON object: a manifest may be cut or broken. */
function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

/** The lines of a TOML, Elixir or Go manifest that say what the project is. */
function plainFacts(lines: readonly string[]): string[] {
  const facts = lines.filter((line) =>
    /^\s*(?:name|version|description|license|edition|requires-python|app)\s*[=:]|^(?:module|go)\s/.test(
      line.slice(0, 200),
    ),
  )
  return facts.slice(0, 8).map((line) => shortened(line))
}
