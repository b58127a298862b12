import { ToolError } from '@heddle/core'
import type { Tool } from '@heddle/core'
import { GROUP_END, foundLines } from './found-lines.ts'
import type { FoundLines } from './found-lines.ts'
import { runRipgrep } from './ripgrep.ts'
import type { RipgrepRecord } from './ripgrep.ts'
import { fileFilter, findSearchPlace } from './search-place.ts'
import type { SearchPlace } from './search-place.ts'
import { counted } from './shown-text.ts'
import { checkedRoot, withDefaults } from './tool-options.ts'
import type { FileToolOptions } from './tool-options.ts'
import { typedTool } from './typed-tool.ts'

const DEFAULT_MAX_RESULTS = 100
const MAX_MAX_RESULTS = 1_000
const MAX_CONTEXT = 50
/** Matches that are counted after those shown, before the search is ended with "at least". */
const COUNT_BEYOND = 10_000
/** Bytes of a line; ripgrep says at its end what was left out. */
const MAX_LINE_BYTES = 500

/**
 * `grep`: searches file contents with ripgrep.
 *
 * The result is `path:line:text` for each matching line (`path-line-text` for context lines, `--` between
 * groups), one path a line with `output: 'files'`, `path:count` with `'count'`; sorted by path, paths
 * relative to the project folder. When there is more, a last line in brackets says so:
 * `[showing 100 of 240 matches; …]`. Nothing found: `No matches for "x" in src.`
 *
 * @throws ToolError `tool.failed` for a bad pattern, in ripgrep's words, and for a path that is outside the
 *   project or does not exist; `tool.interrupted` after an abort.
 */
export function grepTool(options: FileToolOptions): Tool {
  const root = checkedRoot(options.root)
  const { searchChars } = withDefaults(options.limits)
  return typedTool<GrepInput>({
    name: 'grep',
    description:
      'Searches the contents of files with a ripgrep regular expression and gives path:line:text for each matching line. ' +
      'Dot files are searched; files that .gitignore names, and binary files, are not.',
    input: INPUT_SCHEMA,
    async execute(search, { signal }) {
      if (search.pattern.includes('\0'))
        throw new ToolError('tool.failed', 'The pattern holds a NUL character; search for \\x00 instead.')
      const place = await findSearchPlace(root, search.path)
      const filter = search.glob === undefined ? null : fileFilter(search.glob, place)
      const maxLines = search.max_results ?? DEFAULT_MAX_RESULTS
      const found = foundLines({ maxLines, maxChars: searchChars, countBeyond: COUNT_BEYOND })
      const output = search.output ?? 'lines'
      const { unreadable } = await runRipgrep({
        args: [...optionsOf(search), ...(filter?.args ?? []), '-e', search.pattern, '--', place.argument],
        records: output === 'files' ? 'path' : 'text',
        cwd: place.realRoot,
        signal,
        onRecord: (record) =>
          filter && record.path !== '' && !filter.accepts(record.path) ? true : take(record, output, found),
      })
      const noun = output === 'lines' ? 'matches' : 'files'
      const advice =
        maxLines < MAX_MAX_RESULTS
          ? 'narrow the pattern or raise max_results'
          : 'narrow the pattern or the path'
      const result = found.render(noun, advice)
      return (result === '' ? nothingFound(search, place) : result) + unreadableNote(unreadable)
    },
  })
}

interface GrepInput {
  readonly pattern: string
  readonly path?: string
  readonly glob?: string
  readonly literal?: boolean
  readonly ignore_case?: boolean
  readonly output?: GrepOutput
  readonly context?: number
  readonly max_results?: number
}

type GrepOutput = 'lines' | 'files' | 'count'

const INPUT_SCHEMA = {
  type: 'object',
  properties: {
    pattern: {
      type: 'string',
      minLength: 1,
      description: 'Regular expression in ripgrep syntax; it is matched line by line.',
    },
    path: {
      type: 'string',
      minLength: 1,
      description: 'Folder or file to search; default the project folder.',
    },
    glob: {
      type: 'string',
      minLength: 1,
      description: 'Only files like this, such as *.ts or src/**/*.{ts,tsx}; with ! in front, only others.',
    },
    literal: { type: 'boolean', description: 'Search for the pattern as it stands, not as an expression.' },
    ignore_case: { type: 'boolean', description: 'Let upper and lower case match each other.' },
    output: {
      type: 'string',
      enum: ['lines', 'files', 'count'],
      description:
        'Matching lines (default), names of matching files, or matching lines counted for each file.',
    },
    context: {
      type: 'integer',
      minimum: 0,
      maximum: MAX_CONTEXT,
      description: 'Lines to show before and after each match.',
    },
    max_results: {
      type: 'integer',
      minimum: 1,
      maximum: MAX_MAX_RESULTS,
      description: `Results to show; default ${DEFAULT_MAX_RESULTS}.`,
    },
  },
  required: ['pattern'],
  additionalProperties: false,
}

function optionsOf(search: GrepInput): readonly string[] {
  return [
    ...OUTPUT_OPTIONS[search.output ?? 'lines'],
    search.ignore_case ? '--ignore-case' : '--case-sensitive',
    ...(search.literal ? ['--fixed-strings'] : []),
    ...(search.context ? [`--context=${search.context}`] : []),
  ]
}

const OUTPUT_OPTIONS: Readonly<Record<GrepOutput, readonly string[]>> = {
  lines: [
    '--line-number',
    '--with-filename',
    '--no-heading',
    `--max-columns=${MAX_LINE_BYTES}`,
    '--max-columns-preview',
  ],
  files: ['--files-with-matches'],
  count: ['--count', '--with-filename'],
}

function take({ path, text }: RipgrepRecord, output: GrepOutput, found: FoundLines): boolean {
  if (output === 'files') return found.found(path)
  if (output === 'count') return found.found(`${path}:${text}`)
  const line = text.endsWith('\r') ? text.slice(0, -1) : text
  if (path !== '' && !/^\d+-/.test(line)) return found.found(`${path}:${line}`)
  found.addition(path === '' ? GROUP_END : `${path}-${line}`)
  return true
}

function nothingFound({ pattern, glob }: GrepInput, place: SearchPlace): string {
  const where = place.shown === '.' ? 'the project' : place.shown
  return `No matches for ${JSON.stringify(pattern)} in ${where}${glob === undefined ? '' : `, files ${glob}`}.`
}

function unreadableNote(unreadable: number): string {
  return unreadable === 0 ? '' : `\n[${counted(unreadable, 'place')} could not be read]`
}
