import type { Fetch } from './transport-options.ts'

/**
 * The runtime's own `fetch`, as long as nobody put another in its place before. The one of which it is known
 * what it does with bytes: it copies them before it returns.
 */
export const RUNTIME_FETCH: unknown = globalThis.fetch

/**
 * Calls the caller's own `fetch`, or the global one of this moment. Any but the runtime's gets a body of
 * bytes as text instead, which it may look into, change or keep for as long as it wants.
 */
export function callFetch(own: Fetch | undefined, url: string, init: RequestInit): Promise<Response> {
  const fetch = own ?? globalThis.fetch
  if (fetch === RUNTIME_FETCH || !(init.body instanceof Uint8Array)) return fetch(url, init)
  return fetch(url, { ...init, body: new TextDecoder().decode(init.body) })
}
