/** Time, ids and chance as arguments, so that a test can rule them. */
export interface Runtime {
  /** Epoch milliseconds, for people. May jump. */
  nowMs(): number
  /** Milliseconds from an arbitrary start, for durations. Never goes back. */
  monotonicMs(): number
  /** Calls `wake` once after `delayMs`; the returned function forgets it. A pending timer keeps the process alive. */
  setTimer(wake: () => void, delayMs: number): () => void
  /** A new id: `prefix`, `_` and at least 80 random bits in letters and digits. */
  newId(prefix: string): string
  /** From 0 (included) to 1 (excluded). */
  random(): number
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** 16 letters out of 36 hold 82 bits. */
const ID_LENGTH = 16

/** Asking for random bytes costs more than the bytes, so they are fetched in advance. */
const pool = new Uint8Array(1_024)
let poolAt = pool.length

/** The codes of the letters under way. Text that grows letter by letter is a chain of pieces in memory. */
const codes: number[] = []

function randomLetters(count: number): string {
  codes.length = 0
  while (codes.length < count) {
    if (poolAt === pool.length) {
      crypto.getRandomValues(pool)
      poolAt = 0
    }
    const byte = pool[poolAt++] ?? 0
    // 252 is the largest multiple of 36 in a byte: cutting there keeps every letter equally likely.
    if (byte < 252) codes.push(ALPHABET.charCodeAt(byte % 36))
  }
  return String.fromCharCode(...codes)
}

/** A longer delay would overflow the 32 bits of `setTimeout`, which then fires at once. */
const LONGEST_TIMER_MS = 2_147_483_647

/** The web standards: `Date`, `performance`, `setTimeout`, `crypto`. */
export const systemRuntime: Runtime = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(wake, delayMs) {
    let timer: ReturnType<typeof setTimeout>
    const wait = (restMs: number): void => {
      const partMs = Math.min(restMs, LONGEST_TIMER_MS)
      timer = setTimeout(() => (partMs < restMs ? wait(restMs - partMs) : wake()), partMs)
    }
    wait(delayMs)
    return () => clearTimeout(timer)
  },
  newId: (prefix) => `${prefix}_${randomLetters(ID_LENGTH)}`,
  random: () => Math.random(),
}

/** Waits `delayMs`, or until the signal aborts; it never rejects, so look at the signal afterwards. */
export function sleep(runtime: Runtime, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const wake = (): void => {
      forget()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const forget = runtime.setTimer(wake, delayMs)
    signal.addEventListener('abort', wake)
  })
}
