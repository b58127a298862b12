import type { DurableEvent, Letter, RunLog } from '@heddle/core'
import { describe, expect, test, vi } from 'vitest'

type Make = () => RunLog | Promise<RunLog>
/** Another handle of the store that `log` writes to, as another process would have it. */
type Open = (log: RunLog) => RunLog | Promise<RunLog>

/**
 * What every {@link RunLog} must do, as a Vitest suite. Call it at the top of a test file.
 *
 * @param name - Names the adapter in the titles.
 * @param make - Gives an adapter whose log is empty; called anew for every test.
 * @param another - For stores that several processes share: gives another handle of the store that it is
 *   handed a handle of. Without it the tests of two handles are left out.
 *
 * @example
 * runLogContract('memory', () => memoryRunLog())
 */
export function runLogContract(name: string, make: Make, another?: Open): void {
  describe(`run log contract: ${name}`, () => {
    describe('append', () => appendTests(make))
    describe('read', () => readTests(make))
    describe('acquire and release', () => leaseTests(make))
    describe('fence', () => fenceTests(make))
    describe('post and letters', () => letterTests(make))
    describe('watch', () => watchTests(make))
    if (another) describe('two handles of one store', () => sharingTests(make, another))
  })
}

function appendTests(make: Make): void {
  test('takes events that go on where the log ends, one or many at a time', async () => {
    const log = await make()
    const fence = await hold(log)

    await log.append('run', [event(1)], fence)
    await log.append('run', [event(2), event(3)], fence)
    await log.append('run', [event(4)], fence)

    expect(await stored(log, 'run')).toEqual([event(1), event(2), event(3), event(4)])
  })

  test('keeps whole events, whatever JSON is in them', async () => {
    const log = await make()
    const fence = await hold(log)

    await log.append('run', [richEvent(1), event(2)], fence)

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
    const fence = await hold(log)
    if (before.length > 0) await log.append('run', events(before), fence)

    const refused = log.append('run', events(after), fence)

    await expect(refused).rejects.toMatchObject({ code: 'log.conflict' })
    expect(await stored(log, 'run')).toEqual(events(before))
  })

  test('goes on after a conflict', async () => {
    const log = await make()
    const fence = await hold(log)
    await log.append('run', [event(1)], fence)
    await log.append('run', [event(3)], fence).catch(() => {})

    await log.append('run', [event(2)], fence)

    expect(await stored(log, 'run')).toEqual([event(1), event(2)])
  })

  test('lets exactly one of several appends that race have a number', async () => {
    const log = await make()
    const fence = await hold(log)
    await log.append('run', [event(1)], fence)

    const outcomes = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((writer) => log.append('run', [event(2, `by ${writer}`)], fence)),
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
    await log.append('run', given, await hold(log))

    given.length = 0
    given.push(event(7))

    expect(await stored(log, 'run')).toEqual([event(1), event(2)])
  })
}

function readTests(make: Make): void {
  test('gives only what comes after the number it is told, oldest first', async () => {
    const log = await make()
    await log.append('run', [event(1), event(2), event(3)], await hold(log))

    const seqs = await Promise.all([0, 1, 3, 9].map(async (after) => seqsOf(await stored(log, 'run', after))))

    expect(seqs).toEqual([[1, 2, 3], [2, 3], [], []])
  })

  test('gives nothing for an unknown run', async () => {
    const log = await make()

    expect(await stored(log, 'nobody')).toEqual([])
  })

  test('keeps runs apart', async () => {
    const log = await make()
    const fences = { a: await hold(log, 'a'), b: await hold(log, 'b') }
    await log.append('a', [event(1, 'of a')], fences.a)
    await log.append('b', [event(1, 'of b'), event(2, 'of b')], fences.b)
    await log.append('a', [event(2, 'of a')], fences.a)

    expect(await stored(log, 'a')).toEqual([event(1, 'of a'), event(2, 'of a')])
    expect(await stored(log, 'b')).toEqual([event(1, 'of b'), event(2, 'of b')])
  })

  test('tells two run ids apart that differ in case, in accents or by a blank', async () => {
    const log = await make()
    const ids = ['run', 'Run', 'rün', 'run ', "run'; --", '']

    for (const id of ids) await log.append(id, [event(1, id)], await hold(log, id))

    expect(await Promise.all(ids.map((id) => stored(log, id)))).toEqual(ids.map((id) => [event(1, id)]))
  })

  test('shows what was stored when reading began, and not what is added meanwhile', async () => {
    const log = await make()
    const fence = await hold(log)
    await log.append('run', [event(1), event(2)], fence)
    const seqs: number[] = []

    for await (const { seq } of log.read('run')) {
      seqs.push(seq)
      if (seq === 1) await log.append('run', [event(3)], fence)
    }

    expect(seqs).toEqual([1, 2])
    expect(seqsOf(await stored(log, 'run'))).toEqual([1, 2, 3])
  })

  test('can be left early and begun again', async () => {
    const log = await make()
    await log.append('run', [event(1), event(2)], await hold(log))

    for await (const _ of log.read('run')) break

    expect(seqsOf(await stored(log, 'run'))).toEqual([1, 2])
  })
}

/** Long enough that nothing lapses while a test runs. */
const LONG_MS = 60_000

function leaseTests(make: Make): void {
  test('gives the right to one owner at a time', async () => {
    const log = await make()

    const first = await log.acquire('run', 'a', LONG_MS)
    const second = await log.acquire('run', 'b', LONG_MS)

    expect(first).toEqual(expect.any(Number))
    expect(second).toBeNull()
  })

  test('gives it to exactly one of several owners that race', async () => {
    const log = await make()

    const fences = await Promise.all(['a', 'b', 'c', 'd'].map((owner) => log.acquire('run', owner, LONG_MS)))

    expect(fences.filter((fence) => fence !== null)).toHaveLength(1)
  })

  test('prolongs the right of the same owner, whose token stays the same', async () => {
    const log = await make()
    const fence = await log.acquire('run', 'a', 1)

    const again = await log.acquire('run', 'a', LONG_MS)

    expect(again).toBe(fence)
    expect(await log.acquire('run', 'b', LONG_MS)).toBeNull()
  })

  test('gives a larger token to every later owner, whether the right was given back or lapsed', async () => {
    const log = await make()
    const first = await hold(log, 'run', 'a')
    await log.release('run', 'a')
    const second = await hold(log, 'run', 'b')
    await log.acquire('run', 'b', 1)

    const third = await vi.waitUntil(() => log.acquire('run', 'c', LONG_MS), { timeout: 5_000, interval: 5 })

    expect(second).toBeGreaterThan(first)
    expect(third).toBeGreaterThan(second)
  })

  test('lets only the owner give the right back', async () => {
    const log = await make()
    await hold(log, 'run', 'a')

    await log.release('run', 'b')
    await log.release('nobody', 'b')

    expect(await log.acquire('run', 'b', LONG_MS)).toBeNull()
  })

  test('keeps the rights of runs apart', async () => {
    const log = await make()
    await hold(log, 'one', 'a')

    expect(await log.acquire('other', 'b', LONG_MS)).toEqual(expect.any(Number))
  })
}

function fenceTests(make: Make): void {
  test('refuses a writer whose right has passed on, and stores nothing of it', async () => {
    const log = await make()
    const old = await hold(log, 'run', 'a')
    await log.append('run', [event(1)], old)
    await log.release('run', 'a')
    const fence = await hold(log, 'run', 'b')

    const refused = log.append('run', [event(2, 'by the old one')], old)

    await expect(refused).rejects.toMatchObject({ code: 'log.fenced' })
    await log.append('run', [event(2, 'by the new one')], fence)
    expect(await stored(log, 'run')).toEqual([event(1), event(2, 'by the new one')])
  })

  test('says that the right has passed on also where the number is wrong as well', async () => {
    const log = await make()
    const old = await hold(log, 'run', 'a')
    await log.release('run', 'a')
    await log.append('run', [event(1)], await hold(log, 'run', 'b'))

    await expect(log.append('run', [event(1)], old)).rejects.toMatchObject({ code: 'log.fenced' })
  })

  test('lets a writer go on whose right lapsed, as long as nobody took it', async () => {
    const log = await make()
    const fence = await log.acquire('run', 'a', 1)
    await new Promise((resolve) => setTimeout(resolve, 5))

    await log.append('run', [event(1)], fence ?? 0)

    expect(await stored(log, 'run')).toEqual([event(1)])
  })
}

function letterTests(make: Make): void {
  test('keeps letters in the order they were posted, numbered from 1 for each run', async () => {
    const log = await make()

    await log.post('a', 'x', letter('first'))
    await log.post('b', 'x', letter('of b'))
    await log.post('a', 'y', letter('second'))

    expect(await log.letters('a')).toEqual([
      { position: 1, letterId: 'x', letter: letter('first') },
      { position: 2, letterId: 'y', letter: letter('second') },
    ])
    expect(await log.letters('b')).toEqual([{ position: 1, letterId: 'x', letter: letter('of b') }])
  })

  test('takes a letter of the same id once: the first one stays', async () => {
    const log = await make()

    const taken = [await log.post('run', 'x', letter('first')), await log.post('run', 'x', letter('second'))]

    expect(taken).toEqual([true, false])
    expect(await log.letters('run')).toEqual([{ position: 1, letterId: 'x', letter: letter('first') }])
  })

  test('numbers letters without gaps when many are posted at once, some of them twice', async () => {
    const log = await make()
    const ids = Array.from({ length: 20 }, (_, at) => `letter ${at % 10}`)

    const taken = await Promise.all(ids.map((id) => log.post('run', id, letter(id))))

    const letters = await log.letters('run')
    expect(taken.filter((isNew) => isNew)).toHaveLength(10)
    expect(letters.map(({ position }) => position)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(new Set(letters.map(({ letterId }) => letterId))).toEqual(new Set(ids))
  })

  test('gives only the letters after the position it is told', async () => {
    const log = await make()
    for (const id of ['x', 'y', 'z']) await log.post('run', id, letter(id))

    const found = await Promise.all([0, 2, 3, 9].map((after) => log.letters('run', after)))

    expect(found.map((letters) => letters.map(({ letterId }) => letterId))).toEqual([
      ['x', 'y', 'z'],
      ['z'],
      [],
      [],
    ])
  })

  test('needs neither a right nor a run', async () => {
    const log = await make()
    await hold(log, 'run', 'somebody')

    expect(await log.letters('nobody')).toEqual([])
    expect(await log.post('run', 'x', letter('early'))).toBe(true)
    expect(await stored(log, 'run')).toEqual([])
  })
}

function watchTests(make: Make): void {
  test('calls for every letter to the run that is watched, before its post returns, and for no other run', async () => {
    const log = await make()
    const wakes = { a: 0, b: 0 }
    const unwatch = [log.watch('a', () => wakes.a++), log.watch('b', () => wakes.b++)]

    await log.post('a', 'x', letter('first'))

    expect(wakes.a).toBeGreaterThan(0)
    expect(wakes.b).toBe(0)
    for (const end of unwatch) end()
  })

  test('shows the letter to whoever looks when called', async () => {
    const log = await make()
    const { promise: found, resolve } = Promise.withResolvers<unknown>()
    const unwatch = log.watch('run', () => resolve(log.letters('run')))

    await log.post('run', 'x', letter('here'))

    expect(await found).toEqual([{ position: 1, letterId: 'x', letter: letter('here') }])
    unwatch()
  })

  test('calls each of several watchers, the same function twice included, until each is ended', async () => {
    const log = await make()
    let wakes = 0
    const wake = (): void => void wakes++
    const [endFirst, endSecond] = [log.watch('run', wake), log.watch('run', wake)]

    await log.post('run', 'x', letter('to two'))
    const ofTwo = wakes
    endFirst()
    endFirst()
    await log.post('run', 'y', letter('to one'))
    const ofOne = wakes - ofTwo
    endSecond()
    await log.post('run', 'z', letter('to none'))

    expect(ofTwo).toBeGreaterThanOrEqual(2)
    expect(ofOne).toBeGreaterThanOrEqual(1)
    expect(wakes).toBe(ofTwo + ofOne)
  })
}

function sharingTests(make: Make, another: Open): void {
  test('each reads what the other stored', async () => {
    const log = await make()
    const other = await another(log)
    const fence = await hold(log)

    await log.append('run', [event(1)], fence)
    await other.append('run', [event(2)], fence)

    expect(await stored(other, 'run')).toEqual([event(1), event(2)])
    expect(await stored(log, 'run')).toEqual([event(1), event(2)])
  })

  test('one is fenced off by what the other acquired', async () => {
    const log = await make()
    const other = await another(log)
    const old = await hold(log, 'run', 'a')
    expect(await other.acquire('run', 'b', LONG_MS)).toBeNull()
    await log.release('run', 'a')
    await hold(other, 'run', 'b')

    await expect(log.append('run', [event(1)], old)).rejects.toMatchObject({ code: 'log.fenced' })
  })

  test('appends through both at once never share a number', async () => {
    const log = await make()
    const other = await another(log)
    const fence = await hold(log)

    const outcomes = await Promise.allSettled(
      Array.from({ length: 10 }, (_, at) =>
        (at % 2 === 0 ? log : other).append('run', [event(1, `by ${at}`)], fence),
      ),
    )

    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await stored(log, 'run')).toHaveLength(1)
  })

  test('one is called within a second for what was posted through the other', async () => {
    const log = await make()
    const other = await another(log)
    const { promise: woken, resolve } = Promise.withResolvers<void>()
    const unwatch = log.watch('run', resolve)

    await other.post('run', 'x', letter('from afar'))

    await vi.waitFor(() => woken, { timeout: 1_000 })
    expect(await log.letters('run')).toEqual([{ position: 1, letterId: 'x', letter: letter('from afar') }])
    unwatch()
  })
}

async function hold(log: RunLog, runId = 'run', owner = 'writer'): Promise<number> {
  const fence = await log.acquire(runId, owner, LONG_MS)
  if (fence === null) throw new Error(`${owner} was not given the right to write ${runId}.`)
  return fence
}

function letter(reason: string): Letter {
  return { type: 'abort', reason }
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
    effect: 'once',
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
