import type { CallOutcome } from './call-outcome.ts'

/** When a circuit opens, and for how long. */
export interface CircuitRules {
  /** In a row. */
  readonly failures: number
  readonly coolDownMs: number
  /** Of any start; never goes back. */
  readonly nowMs: () => number
}

/** Whether a call may be made. */
export type Admission =
  | {
      readonly isOpen: false
      /** Whether it finds out if the model works again. */ readonly isProbe: boolean
    }
  | { readonly isOpen: true; readonly retryInMs: number; readonly why: string }

/** What keeps calls from one model that has just failed others. Starts closed. */
export interface Circuit {
  readonly state: 'closed' | 'open' | 'half-open'
  /** In a row. */
  readonly failures: number
  /** Milliseconds until somebody is let through; 0 unless it is open. */
  readonly opensInMs: number
  admit(): Admission
  /** The model has begun to answer an admitted call. */
  hear(isProbe: boolean): void
  /** An admitted call is over. */
  end(isProbe: boolean, outcome: CallOutcome): void
}

/** Nobody is believed who wants to be left alone for longer. */
const LONGEST_PAUSE_MS = 3_600_000
/** When to come back while another call finds out; most answers have begun by then. */
const PROBE_PAUSE_MS = 5_000

export function circuit({ failures: limit, coolDownMs, nowMs }: CircuitRules): Circuit {
  let failures = 0
  /** `null`: closed. */
  let openUntilMs: number | null = null
  /** When the call that finds out counts as lost; `null` when there is none. */
  let probeUntilMs: number | null = null
  let why = ''

  const close = (failuresLeft: number): void => {
    failures = failuresLeft
    openUntilMs = null
    probeUntilMs = null
  }
  const open = (forMs: number, reason: string): void => {
    openUntilMs = Math.max(openUntilMs ?? 0, nowMs() + Math.min(forMs, LONGEST_PAUSE_MS))
    why = reason
  }
  const opensInMs = (): number => Math.max(0, (openUntilMs ?? 0) - nowMs())

  return {
    get state() {
      if (openUntilMs === null) return 'closed'
      return opensInMs() > 0 ? 'open' : 'half-open'
    },
    get failures() {
      return failures
    },
    get opensInMs() {
      return opensInMs()
    },
    admit() {
      if (openUntilMs === null) return { isOpen: false, isProbe: false }
      const probeLeftMs = (probeUntilMs ?? 0) - nowMs()
      const retryInMs = opensInMs() || Math.min(PROBE_PAUSE_MS, Math.max(0, probeLeftMs))
      if (retryInMs > 0) return { isOpen: true, retryInMs, why }
      probeUntilMs = nowMs() + coolDownMs
      return { isOpen: false, isProbe: true }
    },
    hear(isProbe) {
      // The others may come; but a single failure shows that it was too early.
      if (isProbe) close(limit - 1)
    },
    end(isProbe, outcome) {
      if (isProbe) probeUntilMs = null
      if (outcome.kind === 'answered') close(0)
      else if (outcome.kind === 'pause') open(outcome.forMs, 'it asked for a pause')
      // Calls that began before it opened tell nothing new.
      else if (outcome.kind === 'absent' && (openUntilMs === null || isProbe)) {
        failures++
        const times = failures === 1 ? 'it failed' : `it failed ${failures} times in a row`
        if (failures >= limit || isProbe) open(coolDownMs, `${times}, at last with ${outcome.code}`)
      }
    },
  }
}
