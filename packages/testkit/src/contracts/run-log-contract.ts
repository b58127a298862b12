import type { DurableEvent, RunLog } from '@heddle/core'
import { describe, expect, test } from 'vitest'

/**
 * What every {@link RunLog} must do, as a Vitest suite. Call it at the top of a test file.
 *
 * @param name - Names the adapter in the titles.
 * @param make - Gives an adapter whose log is empty; called anew for every test.
 *
 * @example
 * runLogContract('memory', () => memoryRunLog())
 */
export function runLogContract(name: string, make: () => RunLog | Promise<RunLog>): void {
  describe(`run log contract: ${name}`, () => {
    describe('append', () => appendTests(make))
    describe('read', () => readTests(make))
  })
}

function appendTests(make: () => RunLog | Promise<RunLog>): void {
  test('takes events that go on where the log ends, one or many at a time', async () => {
    const log = await make()

    await log.append('run', [event(1)])
    await log.append('run', [event(2), event(3)])
    await log.append('run', [event(4)])

    expect(await stored(log, 'run')).toEqual([event(1), event(2), event(3), event(4)])
  })

  test('keeps whole events, whatever JSON is in them', async () => {
    const log = await make()

    await log.append('run', [richEvent(1), event(2)])

    expect(await stored(log, 'run')).toEqual([richEvent(1), event(2)])
  })

  test.each([
    ['a new run that does not begin with 1', [], [2]],
    ['a gap', [1, 2], [4]],
    ['a number that is there already', [1, 2], [2]],
    ['a gap inside the batch', [1], [2, 4]],
    ['a number twice in the batch', [1], [2, 2]],
    ['a batch that goes backwards', [1], [3, 2]],
  ])('refuses %s as a conflict, and stores nothing of it', async (_, before, after) => {
    const log = await make()
    if (before.length > 0) await log.append('run', events(before))

    const refused = log.append('run', events(after))

    await expect(refused).rejects.toMatchObject({ code: 'log.conflict' })
    expect(await stored(log, 'run')).toEqual(events(before))
  })

  test('goes on after a conflict', async () => {
    const log = await make()
    await log.append('run', [event(1)])
    await log.append('run', [event(3)]).catch(() => {})

    await log.append('run', [event(2)])

    expect(await stored(log, 'run')).toEqual([event(1), event(2)])
  })

  test('lets exactly one of several writers that race have a number', async () => {
    const log = await make()
    await log.append('run', [event(1)])

    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((writer) => log.append('run', [event(2, `by ${writer}`)])),
    )

    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refusals.map(({ reason }: PromiseRejectedResult) => (reason as { code: unknown }).code)).toEqual(
      Array.from({ length: 4 }, () => 'log.conflict'),
    )
    expect(await stored(log, 'run')).toHaveLength(2)
  })

  test('does not keep the array it was given', async () => {
    const log = await make()
    const given = [event(1), event(2)]
    await log.append('run', given)

    given.length = 0
    given.push(event(7))

    expect(await stored(log, 'run')).toEqual([event(1), event(2)])
  })
}

function readTests(make: () => RunLog | Promise<RunLog>): void {
  test('gives only what comes after the number it is told, oldest first', async () => {
    const log = await make()
    await log.append('run', [event(1), event(2), event(3)])

    const seqs = await Promise.all([0, 1, 3, 9].map(async (after) => seqsOf(await stored(log, 'run', after))))

    expect(seqs).toEqual([[1, 2, 3], [2, 3], [], []])
  })

  test('gives nothing for an unknown run', async () => {
    const log = await make()

    expect(await stored(log, 'nobody')).toEqual([])
  })

  test('keeps runs apart', async () => {
    const log = await make()
    await log.append('a', [event(1, 'of a')])
    await log.append('b', [event(1, 'of b'), event(2, 'of b')])
    await log.append('a', [event(2, 'of a')])

    expect(await stored(log, 'a')).toEqual([event(1, 'of a'), event(2, 'of a')])
    expect(await stored(log, 'b')).toEqual([event(1, 'of b'), event(2, 'of b')])
  })

  test('tells two run ids apart that differ in case, in accents or by a blank', async () => {
    const log = await make()
    const ids = ['run', 'Run', 'rün', 'run ', "run'; --", '']

    for (const id of ids) await log.append(id, [event(1, id)])

    expect(await Promise.all(ids.map((id) => stored(log, id)))).toEqual(ids.map((id) => [event(1, id)]))
  })

  test('shows what was stored when reading began, and not what is added meanwhile', async () => {
    const log = await make()
    await log.append('run', [event(1), event(2)])
    const seqs: number[] = []

    for await (const { seq } of log.read('run')) {
      seqs.push(seq)
      if (seq === 1) await log.append('run', [event(3)])
    }

    expect(seqs).toEqual([1, 2])
    expect(seqsOf(await stored(log, 'run'))).toEqual([1, 2, 3])
  })

  test('can be left early and begun again', async () => {
    const log = await make()
    await log.append('run', [event(1), event(2)])

    for await (const _ of log.read('run')) break

    expect(seqsOf(await stored(log, 'run'))).toEqual([1, 2])
  })
}

function event(seq: number, model = 'scripted/model'): DurableEvent {
  return { type: 'turn.started', turn: 1, model, seq, atMs: 1_767_225_600_000 + seq }
}

function events(seqs: readonly number[]): DurableEvent[] {
  return seqs.map((seq) => event(seq))
}

/** Values that storages are known to bend: empty, deep, large and fractional numbers, all of Unicode. */
function richEvent(seq: number): DurableEvent {
  return {
    type: 'tool.started',
    turn: 1,
    callId: 'call_0001',
    name: 'echo',
    input: {
      empty: { text: '', list: [], object: {} },
      numbers: [0, -1, 1.5, 9_007_199_254_740_991, 1e-7],
      flags: [true, false, null],
      text: 'quote " backslash \\ newline \n nul \u0000 thread 🧵 half \ud83e ünï',
      deep: [[[[{ key: ['value'] }]]]],
      'odd key "\n': 1,
    },
    seq,
    atMs: 1_767_225_600_000,
  }
}

function stored(log: RunLog, runId: string, afterSeq?: number): Promise<DurableEvent[]> {
  return Array.fromAsync(log.read(runId, afterSeq))
}

function seqsOf(events: readonly DurableEvent[]): number[] {
  return events.map(({ seq }) => seq)
}
