import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CallOutcome } from '../../src/routing/call-outcome.ts'
import { circuit } from '../../src/routing/circuit.ts'
import type { Admission, Circuit } from '../../src/routing/circuit.ts'

const COOL_DOWN_MS = 1_000
const ABSENT: CallOutcome = { kind: 'absent', code: 'model.timeout' }
const ANSWERED: CallOutcome = { kind: 'answered' }
const NOTHING: CallOutcome = { kind: 'nothing' }

function clocked(
  failures = 3,
): Circuit & { advance: (ms: number) => void; call: (outcome: CallOutcome) => Admission } {
  let nowMs = 0
  const one = circuit({ failures, coolDownMs: COOL_DOWN_MS, nowMs: () => nowMs })
  return Object.assign(one, {
    advance(ms: number) {
      nowMs += ms
    },
    /** One call, if it is let through. */
    call(outcome: CallOutcome) {
      const admission = one.admit()
      if (!admission.isOpen) one.end(admission.isProbe, outcome)
      return admission
    },
  })
}

function broken(): ReturnType<typeof clocked> {
  const one = clocked()
  for (let at = 0; at < 3; at++) one.call(ABSENT)
  return one
}

describe('a closed circuit', () => {
  test('opens after so many failures in a row, and says why', () => {
    const one = clocked()

    for (const outcome of [ABSENT, ABSENT, ANSWERED, ABSENT, ABSENT, NOTHING]) one.call(outcome)
    expect(one.state).toBe('closed')
    one.call(ABSENT)

    expect([one.state, one.failures, one.opensInMs]).toEqual(['open', 3, COOL_DOWN_MS])
    expect(one.admit()).toEqual({
      isOpen: true,
      retryInMs: COOL_DOWN_MS,
      why: 'it failed 3 times in a row, at last with model.timeout',
    })
  })

  test('opens at once for a pause, and for no longer than an hour', () => {
    const one = clocked()

    one.call({ kind: 'pause', forMs: 86_400_000 })

    expect(one.admit()).toEqual({ isOpen: true, retryInMs: 3_600_000, why: 'it asked for a pause' })
  })
})

describe('a pause', () => {
  test('is not cut short by a shorter one, or by calls that fail meanwhile', () => {
    const one = clocked()
    const calls = [one.admit(), one.admit()]

    one.call({ kind: 'pause', forMs: 60_000 })
    for (const call of calls) if (!call.isOpen) one.end(call.isProbe, { kind: 'pause', forMs: 30_000 })

    expect(one.opensInMs).toBe(60_000)
  })

  test('is followed by a cool-down when the first call after it fails', () => {
    const one = clocked()
    one.call({ kind: 'pause', forMs: 60_000 })
    one.advance(60_000)

    one.call(ABSENT)

    expect([one.state, one.failures, one.opensInMs]).toEqual(['open', 1, COOL_DOWN_MS])
    expect(one.admit()).toMatchObject({ why: 'it failed, at last with model.timeout' })
  })
})

test('has others come back soon while one call finds out, however long the cool-down is', () => {
  let nowMs = 0
  const one = circuit({ failures: 1, coolDownMs: 60_000, nowMs: () => nowMs })
  one.end(false, ABSENT)
  nowMs = 60_000

  expect(one.admit()).toEqual({ isOpen: false, isProbe: true })

  expect(one.admit()).toMatchObject({ isOpen: true, retryInMs: 5_000 })
  nowMs = 119_000
  expect(one.admit()).toMatchObject({ isOpen: true, retryInMs: 1_000 })
})

describe('an open circuit', () => {
  test('lets one call through after the cool-down, and no other meanwhile', () => {
    const one = broken()

    one.advance(COOL_DOWN_MS - 1)
    expect(one.admit()).toMatchObject({ isOpen: true, retryInMs: 1 })
    one.advance(1)
    expect(one.state).toBe('half-open')
    expect(one.admit()).toEqual({ isOpen: false, isProbe: true })
    expect(one.admit()).toMatchObject({ isOpen: true, retryInMs: COOL_DOWN_MS })
  })

  test('lets everybody in when that call is answered, and closes for good when it is whole', () => {
    const one = broken()
    one.advance(COOL_DOWN_MS)
    one.admit()

    one.hear(true)
    expect([one.admit(), one.failures]).toEqual([{ isOpen: false, isProbe: false }, 2])
    one.end(true, ANSWERED)

    expect([one.state, one.failures]).toEqual(['closed', 0])
  })

  test('opens again when that call fails, also after it was heard', () => {
    const silent = broken()
    silent.advance(COOL_DOWN_MS)
    silent.call(ABSENT)
    expect([silent.state, silent.opensInMs]).toEqual(['open', COOL_DOWN_MS])

    const cut = broken()
    cut.advance(COOL_DOWN_MS)
    cut.admit()
    cut.hear(true)
    cut.end(true, ABSENT)
    expect(cut.state).toBe('open')
  })

  test('lets another one through when that call was given up, or was never heard of again', () => {
    const one = broken()
    one.advance(COOL_DOWN_MS)

    one.call(NOTHING)
    expect(one.admit()).toEqual({ isOpen: false, isProbe: true })
    one.advance(COOL_DOWN_MS)
    expect(one.admit()).toEqual({ isOpen: false, isProbe: true })
  })

  test('learns nothing from calls that had begun before, unless they were answered', () => {
    const one = clocked()
    const [late, later] = [one.admit(), one.admit()]
    for (let at = 0; at < 3; at++) one.call(ABSENT)
    one.advance(500)

    if (!late.isOpen) one.end(late.isProbe, ABSENT)
    expect([one.failures, one.opensInMs]).toEqual([3, 500])
    if (!later.isOpen) one.end(later.isProbe, ANSWERED)
    expect(one.state).toBe('closed')
  })
})

test('lets at most one call through at a time while it is not closed, and somebody again in the end', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('admit' as const) }),
    fc.record({ do: fc.constant('advance' as const), ms: fc.nat(COOL_DOWN_MS) }),
    fc.record({
      do: fc.constant('end' as const),
      at: fc.nat(10),
      outcome: fc.constantFrom(...Array<CallOutcome>(8).fill(ABSENT), ANSWERED, NOTHING),
    }),
  )
  fc.assert(
    fc.property(fc.array(step, { minLength: 40, maxLength: 80 }), (steps) => {
      const one = clocked(2)
      const calls: boolean[] = []
      let sinceProbeMs = Infinity
      for (const taken of steps) {
        if (taken.do === 'advance') {
          one.advance(taken.ms)
          sinceProbeMs += taken.ms
        } else if (taken.do === 'admit') {
          const before = one.state
          const admission = one.admit()
          if (admission.isOpen) expect(admission.retryInMs).toBeGreaterThan(0)
          else {
            expect(admission.isProbe).toBe(before !== 'closed')
            expect(before).not.toBe('open')
            if (admission.isProbe) {
              expect(sinceProbeMs).toBeGreaterThanOrEqual(COOL_DOWN_MS)
              sinceProbeMs = 0
            }
            calls.push(admission.isProbe)
          }
        } else if (calls.length > 0) {
          const [isProbe = false] = calls.splice(taken.at % calls.length, 1)
          one.end(isProbe, taken.outcome)
          if (isProbe || taken.outcome === ANSWERED) sinceProbeMs = Infinity
        }
      }
      one.advance(COOL_DOWN_MS)
      expect(one.admit().isOpen).toBe(false)
    }),
    { numRuns: 300 },
  )
})
