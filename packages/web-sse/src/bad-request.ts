/** A request that cannot be served as it is. Its message is one sentence that the client may read. */
export class BadRequest extends Error {
  /** HTTP status, 4xx. */
  readonly status: number

  constructor(message: string, status: number = 400) {
    super(message)
    this.name = 'BadRequest'
    this.status = status
  }
}
