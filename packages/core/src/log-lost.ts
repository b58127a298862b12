/** Thrown through the loop when the log refused: nothing more may be told, by anybody. Never leaves core. */
export class LogLost extends Error {
  constructor(cause: unknown) {
    super('The log refused.', { cause })
  }
}
