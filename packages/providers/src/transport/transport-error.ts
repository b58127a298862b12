/** The proxy that a request goes through, for error sentences. */
export interface ProxyName {
  /** Host and port, without credentials. */
  readonly host: string
  /** Where it was named. */
  readonly variable: string
}

/** A request that failed before its answer began, with what the cause alone does not tell. */
export class TransportError extends Error {
  /** How long was waited for a connection; `null`: that was not the reason. */
  readonly connectTimeoutMs: number | null
  /** `null`: the request did not go through one. */
  readonly proxy: ProxyName | null

  constructor(told: { connectTimeoutMs?: number; proxy: ProxyName | null; cause?: unknown }) {
    super('No connection', told.cause === undefined ? undefined : { cause: told.cause })
    this.name = 'TransportError'
    this.connectTimeoutMs = told.connectTimeoutMs ?? null
    this.proxy = told.proxy
  }
}
