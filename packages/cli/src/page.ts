import { EXIT } from './exit-codes.ts'
import { oneLine } from './neutralise.ts'
import { outlet } from './outlet.ts'

/** How a piece of text stands out; without colours it does not. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan'

/** The first and the last number of each style's escape sequences. */
const CODES: Readonly<Record<Style, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
}

/** What a subcommand prints on. */
export interface Page {
  /** Of the terminal; `Infinity` when the output goes elsewhere, and then nothing is cut. */
  readonly columns: number
  /** Prints lines on standard output. Waits while the reader is slow; does nothing once it has left. */
  print(...lines: readonly string[]): Promise<void>
  /** Prints text as it is: a document, not lines of ours. */
  write(text: string): Promise<void>
  /** One line of JSON. */
  json(value: unknown): Promise<void>
  /** A sentence beside the output, on standard error. */
  note(sentence: string): Promise<void>
  style(style: Style, text: string): string
  /**
   * Waits until everything is printed.
   *
   * @returns The exit code, or that of an output that could not be written; a reader that has left is content.
   */
  end(exitCode: number): Promise<number>
}

/** @param allowsColor - False for `--no-color`; `NO_COLOR` is looked up (https://no-color.org). */
export function openPage(allowsColor: boolean): Page {
  const options = { allowsColor: allowsColor && !process.env['NO_COLOR'], isPlain: false }
  const out = outlet(process.stdout, options)
  const err = outlet(process.stderr, options)
  return {
    columns: out.columns ?? Infinity,
    async print(...lines) {
      if (lines.length > 0) await out.write(`${lines.join('\n')}\n`)
    },
    async write(text) {
      await out.write(text)
    },
    async json(value) {
      await out.write(`${JSON.stringify(value)}\n`)
    },
    async note(sentence) {
      await err.write(`heddle: ${oneLine(sentence)}\n`)
    },
    style(style, text) {
      const [on, off] = CODES[style]
      return out.hasColor && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text
    },
    async end(exitCode) {
      await Promise.all([out.flush(), err.flush()])
      const { failure } = out
      if (failure === null || failure.code === 'EPIPE' || failure.code === 'ECONNRESET') return exitCode
      await err.write(`heddle: Standard output cannot be written: ${failure.message}.\n`)
      return EXIT.failed
    },
  }
}
