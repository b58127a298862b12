import { ToolError } from '@heddle/core'
import type { Tool } from '@heddle/core'
import { foundLines } from './found-lines.ts'
import { runRipgrep } from './ripgrep.ts'
import { fileFilter, findSearchPlace } from './search-place.ts'
import type { SearchPlace } from './search-place.ts'
import { checkedRoot, withDefaults } from './tool-options.ts'
import type { FileToolOptions } from './tool-options.ts'
import { typedTool } from './typed-tool.ts'

const DEFAULT_MAX_RESULTS = 200
const MAX_MAX_RESULTS = 2_000
/** Matching files that are counted after those shown, before the search is ended with "at least". */
const COUNT_BEYOND = 100_000

/**
 * `glob`: lists files by name.
 *
 * A pattern without `/` is looked for in every folder (`*.ts`, and `*` for every file); with one it starts
 * at the project folder or at `path` (`src/*`, `./*` for the top alone, `src/**` for everything in it).
 * The result is one path a line, relative to the project folder and sorted; when there are more, a last line
 * in brackets says so. None: `No files match "x" in src.` Folders are not listed.
 *
 * @throws ToolError `tool.failed` for a path that is outside the project, does not exist or is a file;
 *   `tool.interrupted` after an abort.
 */
export function globTool(options: FileToolOptions): Tool {
  const root = checkedRoot(options.root)
  const { searchChars } = withDefaults(options.limits)
  return typedTool<GlobInput>({
    name: 'glob',
    description:
      'Lists files of the project whose paths match a pattern: *.ts in every folder, src/* in src alone, src/**/*.ts below src, * for all. ' +
      'Dot files are listed; files that .gitignore names are not.',
    input: {
      type: 'object',
      properties: {
        pattern: { type: 'string', minLength: 1, description: 'With *, **, ?, [a-z] and {a,b}.' },
        path: { type: 'string', minLength: 1, description: 'Folder to list; default the project folder.' },
        max_results: {
          type: 'integer',
          minimum: 1,
          maximum: MAX_MAX_RESULTS,
          description: `Files to list; default ${DEFAULT_MAX_RESULTS}.`,
        },
      },
      required: ['pattern'],
      additionalProperties: false,
    },
    async execute({ pattern, path, max_results: maxLines = DEFAULT_MAX_RESULTS }, { signal }) {
      if (pattern.includes('\0'))
        throw new ToolError('tool.failed', 'The pattern holds a NUL character; no file has such a name.')
      const place = await findSearchPlace(root, path)
      if (!place.isFolder)
        throw new ToolError(
          'tool.failed',
          `${place.shown} is a file; give a folder as path, or read it with read_file.`,
        )
      const filter = fileFilter(pattern, place)
      const found = foundLines({ maxLines, maxChars: searchChars, countBeyond: COUNT_BEYOND })
      await runRipgrep({
        args: ['--files', ...filter.args, '--', place.argument],
        records: 'path',
        cwd: place.realRoot,
        signal,
        onRecord: (record) => !filter.accepts(record.path) || found.found(record.path),
      })
      const advice =
        maxLines < MAX_MAX_RESULTS
          ? 'narrow the pattern or raise max_results'
          : 'narrow the pattern or the path'
      const result = found.render('files', advice)
      return result === '' ? nothingFound(pattern, place) : result
    },
  })
}

interface GlobInput {
  readonly pattern: string
  readonly path?: string
  readonly max_results?: number
}

function nothingFound(pattern: string, place: SearchPlace): string {
  return `No files match ${JSON.stringify(pattern)} in ${place.shown === '.' ? 'the project' : place.shown}.`
}
