import { isUtf8 } from 'node:buffer'
import { ToolError } from '@heddle/core'
import type { Tool } from '@heddle/core'
import { explainMismatch } from './explain-mismatch.ts'
import { inFileOrder } from './file-queue.ts'
import { replaceFile } from './replace-file.ts'
import { replaceText, withLineFeeds } from './replace-text.ts'
import type { EditOutcome } from './replace-text.ts'
import { counted, cutText, formatBytes, numberedLines } from './shown-text.ts'
import { checkedRoot, withDefaults } from './tool-options.ts'
import type { FileToolOptions } from './tool-options.ts'
import { openForReading, resolveInWorkspace } from './workspace-path.ts'
import type { OpenFile } from './workspace-path.ts'
import { typedTool } from './typed-tool.ts'

const BYTE_ORDER_MARK = '\uFEFF'
/** Lines shown before and after a change, and at most in all. */
const CONTEXT_LINES = 3
const MAX_SHOWN_LINES = 30
const MAX_SHOWN_CHARS = 300
const MAX_NAMED_LINES = 20

/**
 * `edit_file`: replaces text in a file, exactly and only where it is unique (or everywhere, when asked).
 *
 * Line ends, byte order mark, mode and the end of the file stay as they are: an `old_string` with LF matches
 * a file with CRLF, and what is put in gets CRLF. The result names the lines and shows the first change
 * with its surroundings. Edits of one file wait for each other.
 *
 * @throws ToolError `tool.failed` when the text is not there (with the nearest real lines and what is
 *   different), is there several times (with the line numbers), would not change, or the file is not UTF-8.
 */
export function editFileTool(options: FileToolOptions): Tool {
  const root = checkedRoot(options.root)
  const limits = withDefaults(options.limits)
  return typedTool<EditInput>({
    name: 'edit_file',
    description:
      'Replaces text in a file of the project. old_string must be copied from the file exactly, with its indentation, ' +
      'and be there only once unless replace_all is true. To create a file use write_file.',
    input: {
      type: 'object',
      properties: {
        path: {
          type: 'string',
          minLength: 1,
          description: 'Path of the file, relative to the project folder.',
        },
        old_string: { type: 'string', description: 'The text to replace, without line numbers.' },
        new_string: { type: 'string', description: 'What to put there; may be empty.' },
        replace_all: { type: 'boolean', description: 'Replace every occurrence; default false.' },
      },
      required: ['path', 'old_string', 'new_string'],
      additionalProperties: false,
    },
    async execute(edit, { signal }) {
      refusePointless(edit)
      const { real } = await resolveInWorkspace(root, edit.path)
      return inFileOrder(real, async () => {
        const file = await openForReading(root, edit.path)
        const { stats, place } = file
        const { text, mark } = await readText(file, limits.editBytes)
        const outcome = replaceText(text, {
          oldText: edit.old_string,
          newText: edit.new_string,
          replacesAll: edit.replace_all ?? false,
        })
        if (outcome.kind !== 'edited') throw editFailure(outcome, text, edit, place.shown)
        await replaceFile(place, Buffer.from(mark + outcome.text), { signal, unchangedSince: stats })
        return describe(outcome, edit, place.shown)
      })
    },
  })
}

interface EditInput {
  readonly path: string
  readonly old_string: string
  readonly new_string: string
  readonly replace_all?: boolean
}

type Edited = Extract<EditOutcome, { kind: 'edited' }>
type NotEdited = Exclude<EditOutcome, Edited>

function refusePointless({ old_string: oldText, new_string: newText }: EditInput): void {
  if (oldText === '') {
    throw new ToolError(
      'tool.failed',
      'old_string is empty; give the text to replace, or use write_file to write the whole file.',
    )
  }
  if (withLineFeeds(oldText) === withLineFeeds(newText)) {
    throw new ToolError(
      'tool.failed',
      'old_string and new_string are the same, so nothing would change (line ends are kept as they are in the file).',
    )
  }
}

/** Closes the file. */
async function readText(
  file: OpenFile,
  maxBytes: number,
): Promise<{ readonly text: string; readonly mark: string }> {
  const { handle, stats, place } = file
  try {
    if (stats.size > maxBytes) {
      throw new ToolError(
        'tool.failed',
        `${place.shown} has ${formatBytes(stats.size)}, more than the ${formatBytes(maxBytes)} that can be edited here; use a command such as sed.`,
      )
    }
    const bytes = await handle.readFile()
    if (!isUtf8(bytes)) {
      throw new ToolError(
        'tool.failed',
        `${place.shown} is not UTF-8 text; editing it here would damage it. Convert it first, or use a command.`,
      )
    }
    const text = bytes.toString('utf8')
    return text.startsWith(BYTE_ORDER_MARK)
      ? { text: text.slice(1), mark: BYTE_ORDER_MARK }
      : { text, mark: '' }
  } finally {
    await handle.close()
  }
}

function editFailure(outcome: NotEdited, text: string, edit: EditInput, shown: string): ToolError {
  if (outcome.kind === 'several') {
    return new ToolError(
      'tool.failed',
      `old_string is ${outcome.lines.length} times in ${shown}, on ${lineList(outcome.lines)}. ` +
        'Add lines around it until it is unique, or set replace_all to true. Nothing was changed.',
    )
  }
  const flat = withLineFeeds(text)
  const newText = withLineFeeds(edit.new_string)
  const doneAt = newText.trim() === '' ? -1 : flat.indexOf(newText)
  const done =
    doneAt === -1
      ? ''
      : `\nnew_string is already there, on line ${flat.slice(0, doneAt).split('\n').length}: was this edit made before?`
  return new ToolError(
    'tool.failed',
    `old_string was not found in ${shown}: ${explainMismatch(flat, withLineFeeds(edit.old_string))}${done}`,
  )
}

function lineList(lines: readonly number[]): string {
  const named = lines.slice(0, MAX_NAMED_LINES).join(', ')
  return `line${lines.length === 1 ? '' : 's'} ${named}${lines.length > MAX_NAMED_LINES ? ', …' : ''}`
}

function describe(outcome: Edited, edit: EditInput, shown: string): string {
  const [first = 1] = outcome.lines
  const all = outcome.flatText.split('\n')
  // What follows the last line feed is no line.
  const lines = all.at(-1) === '' ? all.slice(0, -1) : all
  const changed = withLineFeeds(edit.new_string).split('\n').length
  const from = Math.max(1, first - CONTEXT_LINES)
  const wantedTo = first + changed - 1 + CONTEXT_LINES
  const to = Math.min(wantedTo, from + MAX_SHOWN_LINES - 1)
  const excerpt = lines.slice(from - 1, to).map((line) => cutText(line, MAX_SHOWN_CHARS))
  const head = `Edited ${shown}: ${counted(outcome.lines.length, 'replacement')}, ${lineList(outcome.lines)}.`
  if (excerpt.length === 0) return `${head} The file is empty now.`
  return `${head}${outcome.lines.length > 1 ? ' The first:' : ''}\n${numberedLines(excerpt, from)}${to < wantedTo && to < lines.length ? '\n[…]' : ''}`
}
