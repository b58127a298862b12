import { ToolError } from '@heddle/core'
import type { Tool } from '@heddle/core'
import { readWindow } from './read-window.ts'
import type { LineWindow } from './read-window.ts'
import { counted, numberedLines } from './shown-text.ts'
import { checkedRoot, withDefaults } from './tool-options.ts'
import type { FileToolOptions } from './tool-options.ts'
import { openForReading } from './workspace-path.ts'
import { typedTool } from './typed-tool.ts'

/** Counting the lines of a larger file would take longer than they are worth. */
const COUNT_UP_TO_BYTES = 64 * 1024 * 1024

/**
 * `read_file`: shows lines of a text file with their numbers.
 *
 * The result is one line each as `     1<TAB>text`, at most 2,000 lines, 50 KB and 2,000 characters a line
 * (see `ToolLimits`); when it is not the whole file, a last line in brackets says which part it is and how
 * to go on: `[lines 1-2000 of 5210; continue with offset 2001]`. An empty file gives `[empty file]`. Files
 * of any size are read in constant memory.
 *
 * @throws ToolError `tool.failed` for folders, binary files, pipes, devices, paths outside the project, and
 *   files that do not exist (with the nearest names).
 */
export function readFileTool(options: FileToolOptions): Tool {
  const root = checkedRoot(options.root)
  const limits = withDefaults(options.limits)
  return typedTool<ReadInput>({
    name: 'read_file',
    description:
      `Shows a text file of the project with line numbers, at most ${limits.readLines} lines at once; ` +
      'offset and limit give the part to show. The numbers and the tab after them are not part of the file.',
    input: {
      type: 'object',
      properties: {
        path: {
          type: 'string',
          minLength: 1,
          description: 'Path of the file, relative to the project folder.',
        },
        offset: { type: 'integer', minimum: 1, description: 'Number of the first line to show; default 1.' },
        limit: {
          type: 'integer',
          minimum: 1,
          description: `Lines to show; default and most ${limits.readLines}.`,
        },
      },
      required: ['path'],
      additionalProperties: false,
    },
    async execute({ path, offset = 1, limit = limits.readLines }, { signal }) {
      const { handle, place } = await openForReading(root, path)
      try {
        const window = await readWindow(handle, {
          firstLine: offset,
          maxLines: Math.min(limit, limits.readLines),
          maxBytes: limits.readBytes,
          maxLineChars: limits.readLineChars,
          countUpToBytes: COUNT_UP_TO_BYTES,
          signal,
        })
        if (!window)
          throw new ToolError(
            'tool.failed',
            `${place.shown} is a binary file (or UTF-16 text); it cannot be shown as text.`,
          )
        return describe(window, offset, place.shown)
      } finally {
        await handle.close()
      }
    },
  })
}

interface ReadInput {
  readonly path: string
  readonly offset?: number
  readonly limit?: number
}

function describe({ lines, totalLines, isUtf8 }: LineWindow, first: number, shown: string): string {
  if (totalLines === 0) return '[empty file]'
  if (lines.length === 0) {
    throw new ToolError(
      'tool.failed',
      `${shown} has ${counted(totalLines ?? 0, 'line')}; offset ${first} is past its end.`,
    )
  }
  const last = first + lines.length - 1
  const notes = [
    partNote(first, last, totalLines),
    isUtf8 ? null : '[not valid UTF-8; what could not be read is shown as \uFFFD]',
  ]
  return [numberedLines(lines, first), ...notes.filter((note) => note !== null)].join('\n')
}

function partNote(first: number, last: number, totalLines: number | null): string | null {
  if (totalLines === null) return `[lines ${first}-${last} of a large file; continue with offset ${last + 1}]`
  if (last < totalLines) return `[lines ${first}-${last} of ${totalLines}; continue with offset ${last + 1}]`
  return first === 1 ? null : `[lines ${first}-${last} of ${totalLines}]`
}
