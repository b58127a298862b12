import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'

/** What came from the keyboard. */
export type Said =
  /** One prompt; several lines when they were pasted at once or continued with a backslash. */
  | { readonly kind: 'line'; readonly text: string }
  /** Ctrl-C; `wasEmpty` when nothing had been typed. */
  | { readonly kind: 'interrupt'; readonly wasEmpty: boolean }
  /** Ctrl-D, or the end of input. */
  | { readonly kind: 'end' }
  | { readonly kind: 'aborted' }

/** What {@link askLine} is told. */
export interface LineRequest {
  readonly prompt: string
  /** Where the prompt is shown: the terminal's output. */
  readonly output: NodeJS.WriteStream
  /** Lines can be edited and recalled; needs a terminal that moves its cursor. */
  readonly isEditable: boolean
  /** Earlier lines, the newest first; this line is added to it. */
  readonly history: string[]
  /** Aborting it gives the question up. */
  readonly signal?: AbortSignal
}

/** Lines of one paste arrive within a few milliseconds; nobody types two that fast. */
const PASTE_GAP_MS = 25
const CONTINUED_PROMPT = '… '

/**
 * Asks for one prompt at the terminal. Between questions the terminal is left in its usual mode, in which
 * Ctrl-C is a signal.
 */
export function askLine(request: LineRequest): Promise<Said> {
  const { prompt, output, isEditable, history, signal } = request
  if (signal?.aborted) return Promise.resolve({ kind: 'aborted' })
  return new Promise((resolve) => {
    const lines: string[] = []
    let pasteGap: NodeJS.Timeout | undefined
    const reader = createInterface({
      input: process.stdin,
      output: isEditable ? output : promptOnly(output),
      terminal: isEditable,
      history,
      historySize: 200,
      removeHistoryDuplicates: true,
      prompt,
    })

    let isSettled = false
    const settle = (said: Said): void => {
      if (isSettled) return
      isSettled = true
      clearTimeout(pasteGap)
      process.off('SIGINT', interrupt)
      signal?.removeEventListener('abort', giveUp)
      reader.close()
      resolve(said)
    }
    const giveUp = (): void => settle({ kind: 'aborted' })
    const interrupt = (): void => {
      output.write('\n')
      settle({ kind: 'interrupt', wasEmpty: lines.length === 0 && (reader.line ?? '') === '' })
    }
    const offer = (): void => {
      // The last line of a paste has no end yet: it can still be edited, and Enter sends all.
      if ((reader.line ?? '') !== '') return
      if (lines.at(-1)?.endsWith('\\')) {
        lines.push(lines.pop()?.slice(0, -1) ?? '')
        reader.setPrompt(CONTINUED_PROMPT)
        return reader.prompt()
      }
      settle({ kind: 'line', text: lines.join('\n') })
    }

    reader.on('history', (kept) => history.splice(0, Infinity, ...kept))
    reader.on('line', (line) => {
      lines.push(line)
      clearTimeout(pasteGap)
      pasteGap = setTimeout(offer, PASTE_GAP_MS)
    })
    reader.on('close', () =>
      settle(lines.length > 0 ? { kind: 'line', text: lines.join('\n') } : { kind: 'end' }),
    )
    reader.on('SIGINT', interrupt)
    process.on('SIGINT', interrupt)
    signal?.addEventListener('abort', giveUp)
    reader.prompt()
  })
}

/** Without cursor movements readline only writes the prompt; a stream that is no terminal keeps it at that. */
function promptOnly(output: NodeJS.WriteStream): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      output.write(chunk, () => done())
    },
  })
}
