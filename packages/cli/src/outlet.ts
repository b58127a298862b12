import type { WriteStream } from 'node:tty'

/** Standard output or standard error, as the rest of the command sees it. */
export interface Outlet {
  readonly isTerminal: boolean
  /** It obeys colours and cursor movements, and the user did not forbid them. */
  readonly hasColor: boolean
  /** Width of the terminal; null when it is none, or none that moves its cursor. */
  readonly columns: number | null
  /** Set once whoever read it has left, or the disk is full; later writes are dropped. */
  readonly failure: NodeJS.ErrnoException | null
  /** Waits while the reader is slow; never throws. */
  write(text: string): void | Promise<void>
  /** Resolves when all that was written has been handed to the system. */
  flush(): Promise<void>
}

/** What an {@link outlet} is told. */
export interface OutletOptions {
  /** `NO_COLOR`, `--no-color`: see https://no-color.org. */
  readonly allowsColor: boolean
  /** Also a terminal is treated as if it were none. */
  readonly isPlain: boolean
  /** Called once, when writing has failed. */
  readonly onFailure?: (error: NodeJS.ErrnoException) => void
}

/** Takes over the stream's `error` event: without a listener a reader that leaves (`| head -1`) would crash us. */
export function outlet(stream: WriteStream, options: OutletOptions): Outlet {
  const isTerminal = stream.isTTY === true
  const isSmart = isTerminal && !options.isPlain && process.env['TERM'] !== 'dumb'
  let failure: NodeJS.ErrnoException | null = null
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (failure !== null) return
    failure = error
    options.onFailure?.(error)
  })
  return {
    isTerminal,
    hasColor: isSmart && options.allowsColor,
    get columns() {
      // A terminal that was never told its size says 0.
      return isSmart ? stream.columns || 80 : null
    },
    get failure() {
      return failure
    },
    write(text) {
      if (failure !== null || stream.write(text)) return
      return new Promise((resolve) => {
        const goOn = (): void => {
          for (const name of ['drain', 'error', 'close']) stream.off(name, goOn)
          resolve()
        }
        for (const name of ['drain', 'error', 'close']) stream.once(name, goOn)
      })
    },
    flush() {
      return new Promise((resolve) => stream.write('', () => resolve()))
    },
  }
}
