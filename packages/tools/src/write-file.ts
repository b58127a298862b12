import type { Tool } from '@heddle/core'
import { inFileOrder } from './file-queue.ts'
import { replaceFile } from './replace-file.ts'
import { counted } from './shown-text.ts'
import { checkedRoot } from './tool-options.ts'
import type { FileToolOptions } from './tool-options.ts'
import { resolveInWorkspace } from './workspace-path.ts'
import { typedTool } from './typed-tool.ts'

/**
 * `write_file`: creates or replaces a whole file, and the folders it needs. Readers see the old content or
 * the new one, never a part; the mode of an existing file is kept.
 *
 * The result is `Wrote 12 bytes (2 lines) to src/a.ts (created).`, or `(replaced)`.
 *
 * @throws ToolError `tool.failed` for folders, pipes, devices, write-protected files, and paths outside the
 *   project; `tool.interrupted` after an abort. The old content is untouched then.
 */
export function writeFileTool(options: FileToolOptions): Tool {
  const root = checkedRoot(options.root)
  return typedTool<WriteInput>({
    name: 'write_file',
    description:
      'Writes a whole file of the project: creates it and its folders, or replaces what it held. ' +
      'To change a part of a file use edit_file.',
    input: {
      type: 'object',
      properties: {
        path: {
          type: 'string',
          minLength: 1,
          description: 'Path of the file, relative to the project folder.',
        },
        content: { type: 'string', description: 'All that the file shall hold.' },
      },
      required: ['path', 'content'],
      additionalProperties: false,
    },
    async execute({ path, content }, { signal }) {
      const place = await resolveInWorkspace(root, path)
      const bytes = Buffer.from(content)
      const isNew = await inFileOrder(place.real, () => replaceFile(place, bytes, { signal }))
      const size = `${counted(bytes.length, 'byte')} (${counted(countLines(content), 'line')})`
      return `Wrote ${size} to ${place.shown} (${isNew ? 'created' : 'replaced'}).`
    },
  })
}

interface WriteInput {
  readonly path: string
  readonly content: string
}

/** A last line counts with and without its line feed. */
function countLines(text: string): number {
  if (text === '') return 0
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
