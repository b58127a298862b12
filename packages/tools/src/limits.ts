/** How much a built-in tool takes in and gives back. Every number can be set through `limits`. */
export interface ToolLimits {
  /** Milliseconds a command may run when the model does not say. Default 120,000. */
  readonly commandTimeoutMs: number
  /** Longest time a model may ask for. Default 600,000. */
  readonly commandMaxTimeoutMs: number
  /** Characters of a command's output that the model reads; a third from its start, the rest from its end. Default 30,000. */
  readonly commandOutputChars: number
  /** Bytes of output after which a command is killed. Default 128 MiB. */
  readonly commandOutputBytes: number
  /** Lines one `read_file` shows. Default 2,000. */
  readonly readLines: number
  /** Bytes of text one `read_file` shows. Default 50,000. */
  readonly readBytes: number
  /** Characters of one line. Default 2,000. */
  readonly readLineChars: number
  /** Largest file that `edit_file` takes, in bytes. Default 20 MiB. */
  readonly editBytes: number
  /** Characters of one `grep` or `glob` result. Default 50,000. */
  readonly searchChars: number
}

/**
 * The command limits are those of the tools that models were trained beside (120 s, at most 600 s, 30,000
 * characters); reading 2,000 lines, 50 KB and 2,000 characters a line likewise.
 */
export const DEFAULT_LIMITS: ToolLimits = {
  commandTimeoutMs: 120_000,
  commandMaxTimeoutMs: 600_000,
  commandOutputChars: 30_000,
  commandOutputBytes: 128 * 1024 * 1024,
  readLines: 2_000,
  readBytes: 50_000,
  readLineChars: 2_000,
  editBytes: 20 * 1024 * 1024,
  searchChars: 50_000,
}
