import { processEnvironment } from '../environment.ts'
import type { Environment } from '../environment.ts'
import type { Patience } from './open-line.ts'

/** The web's `fetch`, as far as it is used here. Must honour `init.signal`. Its `init.body` is a string of JSON. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** How long and how large an answer may be. `Infinity` switches a limit off. */
export interface TransportLimits {
  /** Until the connection stands, in milliseconds; a `fetch` has its own. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** From the request to the first byte of the answer, in milliseconds. Default 300,000. */
  readonly firstByteTimeoutMs?: number
  /** Between two pieces of the answer, in milliseconds; time that the reader takes does not count. Default 60,000. */
  readonly idleTimeoutMs?: number
  /** From the request to the end of the answer, in milliseconds, all together. Default: none. */
  readonly totalTimeoutMs?: number
  /** Of one answer, decompressed; one that is longer is `model.bad_response`. Default 268,435,456 (256 MiB). */
  readonly maxResponseBytes?: number
}

/** How requests travel. */
export interface TransportOptions extends TransportLimits {
  /**
   * Carries every request. Must honour `signal`. Default: in Node, its own HTTP client, which keeps
   * connections, takes proxies from `env` and costs about a third of `fetch`; elsewhere, and when the program
   * has put another one in its place, `globalThis.fetch`, looked up at each request.
   */
  readonly fetch?: Fetch
  /** Where proxy variables are looked up, unless `fetch` is given. Default: the process's environment. */
  readonly env?: Environment
}

/** {@link TransportOptions} with nothing left open, but for who carries. */
export interface Transport {
  readonly fetch: Fetch | undefined
  readonly env: Environment
  readonly connectTimeoutMs: number
  readonly patience: Patience
  readonly maxResponseBytes: number
}

/** An address that does not answer is found out soon: the other side has nothing to think about yet. */
const CONNECT_TIMEOUT_MS = 10_000
/** Large prompts on slow local models need minutes to begin; once begun, a minute of silence is a fault. */
const FIRST_BYTE_TIMEOUT_MS = 300_000
const IDLE_TIMEOUT_MS = 60_000
/** A hundred times what the longest answers of today's models come to, pictures included. */
const MAX_RESPONSE_BYTES = 256 * 1024 * 1024

const LIMITS: readonly (keyof TransportLimits)[] = [
  'connectTimeoutMs',
  'firstByteTimeoutMs',
  'idleTimeoutMs',
  'totalTimeoutMs',
  'maxResponseBytes',
]

/** The limits that are set, and nothing else. */
export function limitsOf(options: TransportLimits): TransportLimits {
  return Object.fromEntries(
    LIMITS.flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]])),
  )
}

const PATIENCE: Patience = {
  firstByteTimeoutMs: FIRST_BYTE_TIMEOUT_MS,
  idleTimeoutMs: IDLE_TIMEOUT_MS,
  totalTimeoutMs: Number.POSITIVE_INFINITY,
}

function patienceOf({ firstByteTimeoutMs, idleTimeoutMs, totalTimeoutMs }: TransportLimits): Patience {
  // Nearly all models share one.
  if ((firstByteTimeoutMs ?? idleTimeoutMs ?? totalTimeoutMs) === undefined) return PATIENCE
  return {
    firstByteTimeoutMs: firstByteTimeoutMs ?? PATIENCE.firstByteTimeoutMs,
    idleTimeoutMs: idleTimeoutMs ?? PATIENCE.idleTimeoutMs,
    totalTimeoutMs: totalTimeoutMs ?? PATIENCE.totalTimeoutMs,
  }
}

/** Fills in the defaults. */
export function transportOf(options: TransportOptions): Transport {
  return {
    fetch: options.fetch,
    env: options.env ?? processEnvironment(),
    connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    patience: patienceOf(options),
    maxResponseBytes: options.maxResponseBytes ?? MAX_RESPONSE_BYTES,
  }
}
