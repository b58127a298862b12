import { afterEach, describe, expect, test } from 'vitest'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeTurn, FakeWire, Fault } from '@heddle/testkit/fake-provider'
import { anthropicBody, openaiBody, parseEvents, postAnthropic, postOpenai } from './client.ts'

let provider: FakeProvider

afterEach(() => provider.close())

async function startFaulty(...faults: Fault[]): Promise<void> {
  await start({ text: ['one ', 'two ', 'drei € 🧵'], faults })
}

async function start(turn: FakeTurn): Promise<void> {
  provider = await startFakeProvider({ scripts: { m: { turns: [turn] } } })
}

interface Outcome {
  readonly status: number
  readonly text: string
  readonly reads: number
  readonly isCut: boolean
}

/** Reads an answer as far as it goes. */
async function read(response: Response): Promise<Outcome> {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let [text, reads, isCut] = ['', 0, false]
  try {
    for await (const piece of response.body ?? []) {
      text += decoder.decode(piece, { stream: true })
      reads++
    }
  } catch {
    isCut = true
  }
  return { status: response.status, text, reads, isCut }
}

const eventually = { timeout: 2_000, interval: 5 }

describe.each([
  { wire: 'openai' as FakeWire, post: postOpenai, body: openaiBody },
  { wire: 'anthropic' as FakeWire, post: postAnthropic, body: anthropicBody },
])('on the $wire wire', ({ wire, post, body }) => {
  const ask = async (): Promise<Outcome> => read(await post(provider))
  const cleanText = async (): Promise<string> => (await ask()).text

  test('a status comes first, then the next fault, then the right answer again and again', async () => {
    await startFaulty({ kind: 'status', status: 503 }, { kind: 'none' }, { kind: 'status', status: 529 })

    const statuses = []
    for (let attempt = 0; attempt < 5; attempt++) statuses.push((await ask()).status)
    provider.reset()
    const afterReset = (await ask()).status

    expect(statuses).toEqual([503, 200, 529, 200, 200])
    expect(afterReset).toBe(503)
  })

  test.each([400, 401, 402, 403, 404, 413, 429, 500, 503, 529])(
    '%i has the body of the vendor',
    async (status) => {
      await startFaulty({ kind: 'status', status })

      const response = await post(provider)
      const answer = (await response.json()) as Record<string, unknown>

      expect(response.status).toBe(status)
      expect(answer).toEqual(
        wire === 'openai'
          ? {
              error: {
                message: expect.any(String),
                type: expect.any(String),
                param: null,
                code: codeOf(answer),
              },
            }
          : {
              type: 'error',
              error: { type: expect.stringMatching(/_error|_large/), message: expect.any(String) },
              request_id: 'req_fake',
            },
      )
    },
  )

  test('502 has the page of a proxy, and a body of ones own wins over both', async () => {
    await startFaulty(
      { kind: 'status', status: 502 },
      { kind: 'status', status: 502, body: { detail: 'no' } },
    )

    const [page, own] = [await ask(), await ask()]

    expect(page.text).toContain('<h1>502 Bad Gateway</h1>')
    expect(own.text).toBe('{"detail":"no"}')
  })

  test('an overflow and an empty account are told apart from other refusals', async () => {
    await startFaulty(
      { kind: 'status', status: 400, reason: 'overflow' },
      { kind: 'status', status: 429, reason: 'quota' },
    )

    const [overflow, quota] = [await ask(), await ask()]

    expect(overflow.text).toMatch(wire === 'openai' ? /context_length_exceeded/ : /prompt is too long/)
    expect(quota.text).toMatch(wire === 'openai' ? /insufficient_quota/ : /credit balance is too low/)
  })

  test('retry-after comes in seconds, as a date and in milliseconds', async () => {
    const status = { kind: 'status', status: 429 } as const
    await startFaulty(
      { ...status, retryAfter: { form: 'seconds', ms: 1_500 } },
      { ...status, retryAfter: { form: 'date', ms: -60_000 } },
      { ...status, retryAfter: { form: 'ms', ms: 250 } },
      { ...status, headers: { 'retry-after': 'soon' } },
    )

    const headers = []
    for (let attempt = 0; attempt < 4; attempt++) headers.push((await post(provider)).headers)

    expect(headers[0]?.get('retry-after')).toBe('2')
    expect(Date.parse(headers[1]?.get('retry-after') ?? '')).toBeLessThan(Date.now() - 50_000)
    expect(headers[2]?.get('retry-after-ms')).toBe('250')
    expect(headers[3]?.get('retry-after')).toBe('soon')
  })

  test('a cut by bytes lets exactly so many through', async () => {
    await startFaulty({ kind: 'cut', afterBytes: 100 }, { kind: 'cut', afterBytes: 0 })

    const [some, none, all] = [await ask(), await ask(), await ask()]

    expect([some.isCut, some.text]).toEqual([true, all.text.slice(0, 100)])
    expect([none.isCut, none.text]).toEqual([true, ''])
    expect(all.isCut).toBe(false)
  })

  test('a cut by deltas comes right after that delta', async () => {
    await startFaulty({ kind: 'cut', afterDeltas: 2 })

    const [cut, whole] = [await ask(), await ask()]

    expect(cut.isCut).toBe(true)
    expect(cut.text).toMatch(/"two "[^\n]*\n\n$/)
    expect(whole.text.startsWith(cut.text)).toBe(true)
    expect(provider.requests.map(({ closedByClient }) => closedByClient)).toEqual([false, false])
  })

  test('a missing end is an orderly end without a finish reason', async () => {
    await startFaulty({ kind: 'no-end' })

    const [endless, whole] = [await ask(), await ask()]

    expect(endless.isCut).toBe(false)
    expect(endless.text).toContain('🧵')
    expect(whole.text.startsWith(endless.text)).toBe(true)
    expect(whole.text.slice(endless.text.length)).toMatch(/stop|end_turn/)
    expect(endless.text).not.toMatch(/"stop"|end_turn|message_stop|\[DONE\]/)
  })

  test('a malformed event is broken JSON among whole events', async () => {
    await startFaulty({ kind: 'malformed', afterDeltas: 1 })

    const { text } = await ask()

    const broken = text.split('\n').filter((line) => line.startsWith('data: {') && !isJson(line.slice(6)))
    expect(broken).toHaveLength(1)
    expect(text).toContain('"one "')
    expect(text).toMatch(/\[DONE\]|message_stop/)
  })

  test('split bytes arrive one by one and add up to the same text', async () => {
    await startFaulty({ kind: 'split-utf8' }, { kind: 'split-utf8', bytes: 7 })

    const [ones, sevens, whole] = [await ask(), await ask(), await ask()]

    const size = Buffer.byteLength(whole.text)
    expect([ones.text, sevens.text]).toEqual([whole.text, whole.text])
    // A client may still join a few that wait for it.
    expect(ones.reads).toBeGreaterThan(size * 0.8)
    expect(sevens.reads).toBeGreaterThan((size / 7) * 0.8)
  })

  test('silence sends nothing more until the client leaves', async () => {
    await startFaulty(
      { kind: 'silence', headers: false },
      { kind: 'silence' },
      { kind: 'silence', afterDeltas: 1 },
    )

    const outcomes = []
    for (let attempt = 0; attempt < 3; attempt++) {
      const signal = AbortSignal.timeout(50)
      const response = await post(provider, body, signal).catch(() => undefined)
      outcomes.push(response && (await read(response)).text)
    }

    expect(outcomes).toEqual([undefined, '', expect.stringMatching(/"one "[^\n]*\n\n$/)])
    await expect
      .poll(() => provider.requests.map(({ closedByClient }) => closedByClient), eventually)
      .toEqual([true, true, true])
    expect(provider.openRequests).toBe(0)
  })

  test('an error event ends the stream in the shape of the vendor', async () => {
    await startFaulty(
      { kind: 'error-event', afterDeltas: 2 },
      { kind: 'error-event', afterDeltas: 0, status: 429, reason: 'quota' },
    )

    const [overloaded, quota] = [parseEvents(await cleanText()), parseEvents(await cleanText())]

    expect(overloaded.at(-1)).toEqual(
      wire === 'openai'
        ? { event: undefined, data: { error: expect.objectContaining({ code: 'overloaded' }) } }
        : {
            event: 'error',
            data: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
          },
    )
    expect(quota).toHaveLength(2)
    expect(JSON.stringify(quota.at(-1))).toMatch(/insufficient_quota|credit balance/)
  })

  test('garbage hides the same events from nobody who reads by the rules', async () => {
    await startFaulty({ kind: 'garbage' })

    const [garbled, whole] = [await cleanText(), await cleanText()]

    const known = parseEvents(garbled).filter(
      ({ data }) => !/prompt_filter|telemetry/.test(JSON.stringify(data)),
    )
    expect(known).toEqual(parseEvents(whole))
    expect(garbled).toMatch(/^\uFEFF: /)
    expect(garbled).toMatch(/\r\n/)
    expect(garbled).toMatch(/\r[^\n]/)
    expect(parseEvents(garbled).length).toBeGreaterThan(known.length)
  })

  test('an answer in one document can fail too', async () => {
    await startFaulty(
      { kind: 'error-event' },
      { kind: 'cut', afterBytes: 20 },
      { kind: 'malformed' },
      { kind: 'split-utf8' },
    )
    const askWhole = async (): Promise<Outcome> => read(await post(provider, { ...body, stream: false }))

    const outcomes = []
    for (let attempt = 0; attempt < 5; attempt++) outcomes.push(await askWhole())

    const whole = outcomes[4]?.text ?? ''
    expect(outcomes.map(({ status, isCut }) => [status, isCut])).toEqual([
      [529, false],
      [200, true],
      [200, false],
      [200, false],
      [200, false],
    ])
    expect(isJson(outcomes[2]?.text ?? '')).toBe(false)
    expect(outcomes[3]?.text).toBe(whole)
    expect(outcomes[3]?.reads).toBeGreaterThan(Buffer.byteLength(whole) * 0.8)
  })

  test('a delay lets events arrive one after another, and stops when the client leaves', async () => {
    await start({ text: ['a', 'b', 'c'], delayMs: 5 })

    const slow = await ask()
    const leaving = await post(provider)
    for await (const _ of leaving.body ?? []) break

    expect(slow.reads).toBeGreaterThan(3)
    await expect.poll(() => provider.requests[1]?.closedByClient, eventually).toBe(true)
  })
})

function codeOf(answer: Record<string, unknown>): unknown {
  return (answer['error'] as Record<string, unknown>)['code']
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
