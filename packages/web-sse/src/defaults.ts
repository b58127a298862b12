/** Proxies close a silent connection after 30 to 60 s; a comment every 15 s is what the AI SDK advises as well. */
export const DEFAULT_KEEP_ALIVE_MS = 15_000

/** A page posts its whole history each time, images included. */
export const DEFAULT_MAX_BODY_BYTES: number = 4 * 1_048_576
