import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, ModelError, agent, memoryRunLog, tool, userMessage } from '@heddle/core'
import type { DurableEvent, LanguageModel, ModelEvent, ModelRequest, Runtime } from '@heddle/core'
import { record, replay, scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedTurn } from '@heddle/testkit'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-recording-'))
  file = join(folder, 'talks', 'one.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true }))

const never = new AbortController().signal
const ask = (text: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  instructions: '',
  messages: [userMessage(text)],
  tools: [],
  ...more,
})

/** All events of an answer, and what it threw. */
async function hear(model: LanguageModel, request: ModelRequest, signal = never) {
  const batches: (readonly ModelEvent[])[] = []
  try {
    for await (const batch of model.stream(request, signal)) batches.push(batch)
    return { batches, error: null }
  } catch (thrown) {
    return { batches, error: thrown }
  }
}

const echo = tool({
  name: 'echo',
  description: 'Says it again.',
  input: { type: 'object' },
  *execute(input) {
    yield 'soon'
    return input
  },
})

/** The log of a run of the model to its end. */
async function logOf(model: LanguageModel, runtime?: Runtime): Promise<DurableEvent[]> {
  const log = memoryRunLog()
  const talker = agent({
    model,
    tools: [echo],
    log,
    ...(runtime ? { runtime } : {}),
    retry: { baseDelayMs: 0 },
  })
  const run = talker.run('go')
  const { runId } = await run.result
  return Array.fromAsync(log.read(runId))
}

/** A run that waits (for retries) on a clock that a test moves. */
async function scriptedLog(model: LanguageModel): Promise<string> {
  const runtime = scriptedRuntime()
  const events = logOf(model, runtime)
  await runtime.advance(600_000)
  return JSON.stringify(await events)
}

const down = new ModelError('model.unavailable', 'down', { retryable: true, retryAfterMs: 30 })
const talk: readonly ScriptedTurn[] = [
  {
    reasoning: 'hm',
    text: ['let ', 'me see'],
    batch: 1,
    toolCalls: [{ name: 'echo', input: { n: 1 } }, { name: 'nope' }],
  },
  { text: ['half'], error: down, afterEvents: 1 },
  { text: 'done', usage: { inputTokens: 10, outputTokens: 3 } },
]
const price = { input: 1, output: 2 }

describe('the same input gives the same bytes', () => {
  test('two runs with a scripted clock and ids tell the same log', async () => {
    const [first, second] = [await scriptedLog(scriptedModel(talk)), await scriptedLog(scriptedModel(talk))]

    expect(second).toBe(first)
    expect(JSON.parse(first)).toHaveLength(13)
  })

  test('a replayed run tells the log of the recorded one, retries and costs included', async () => {
    const live = scriptedModel(talk, { id: 'acme/one', info: { price, contextWindow: 9_000 } })
    const recorded = await scriptedLog(record(live, file))
    const played = replay(file)

    const replayed = await scriptedLog(played)

    expect(replayed).toBe(recorded)
    expect(recorded).toContain('"costMicroUsd":16')
    expect([played.id, played.info, played.unplayed]).toEqual(['acme/one', live.info, 0])
  })

  test('whatever a model does, its recording does it again', async () => {
    const turn: fc.Arbitrary<ScriptedTurn> = fc.record(
      {
        text: fc.array(fc.constantFrom('a', 'bc', '', '👍\u2028"'), { maxLength: 3 }),
        toolCalls: fc.array(
          fc.record({ name: fc.constantFrom('echo', 'nope'), rawInput: fc.constantFrom('', '{}', '{"a') }),
          { maxLength: 3 },
        ),
        batch: fc.integer({ min: 1, max: 3 }),
        error: fc.constantFrom(down, new ModelError('model.auth', 'no')),
        afterEvents: fc.integer({ min: 0, max: 3 }),
      },
      { requiredKeys: ['text', 'batch'] },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 1, maxLength: 4 }), async (turns) => {
        rmSync(file, { force: true })
        const recorded = await scriptedLog(
          record(scriptedModel([...turns, 'end'], { repeatLast: true }), file),
        )

        expect(await scriptedLog(replay(file))).toBe(recorded)
      }),
      { numRuns: 60 },
    )
  })

  test('ids that chance made do not matter: a run with other ones is answered alike', async () => {
    await logOf(record(scriptedModel(talk.slice(0, 1).concat('done')), file))

    const events = await logOf(replay(file))

    expect(events.at(-1)).toMatchObject({ type: 'run.ended', stop: { reason: 'done' } })
  })
})

describe('the file', () => {
  test('names each message once, so that it does not grow with the square of the talk', async () => {
    const turns = Array.from({ length: 9 }, (_, n) => ({ toolCalls: [{ name: 'echo', input: { n } }] }))

    await scriptedLog(record(scriptedModel([...turns, 'done']), file))

    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    const kinds = lines.map((line) => Object.keys(JSON.parse(line) as object)[0])
    const count = (kind: string): number => kinds.filter((other) => other === kind).length
    // The prompt, nine calls and nine results; instructions and tools.
    expect([count('recording'), count('part'), count('digest')]).toEqual([1, 19 + 2, 10])
  })

  test('holds the whole answer of a reader that left at the finish', async () => {
    const model = record(scriptedModel(['a', 'b']), file)

    for await (const _ of model.stream(ask('1'), never)) break
    const played = replay(file)

    expect(await hear(played, ask('1'))).toMatchObject({
      error: null,
      batches: [[{ text: 'a' }, { type: 'finish' }]],
    })
  })

  test('is good up to its last whole answer, wherever it was cut', async () => {
    const model = record(scriptedModel(['first', 'second']), file)
    await hear(model, ask('1'))
    const first = statSync(file).size
    await hear(model, ask('2'))
    const whole = readFileSync(file)

    for (let size = whole.length - 1; size >= first; size -= 7) {
      writeFileSync(file, whole.subarray(0, size))
      expect(replay(file).unplayed).toBe(1)
    }
    await hear(record(scriptedModel(['anew']), file), ask('2'))

    const played = replay(file)
    expect(played.unplayed).toBe(2)
    expect((await hear(played, ask('2'))).batches[0]?.[0]).toMatchObject({ text: 'anew' })
  })

  test('keeps every answer that was over when the process was killed', async () => {
    const program = join(import.meta.dirname, 'programs/record-endlessly.ts')
    const child = spawn(process.execPath, ['--conditions=@heddle/source', program, file])
    const gone = once(child, 'exit')
    let over = 0
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      over = Number((chunk as string).trimEnd().split('\n').at(-1))
      if (over > 50) child.kill('SIGKILL')
    }
    await gone

    const played = replay(file)

    expect(over).toBeGreaterThan(50)
    expect(played.unplayed).toBeGreaterThanOrEqual(over)
    expect((await hear(played, ask(`question ${over}`))).error).toBe(null)
  })

  test('is added to by a later recording of the same model, and refused to another', async () => {
    await hear(record(scriptedModel(['a'], { id: 'acme/one' }), file), ask('1'))
    await hear(record(scriptedModel(['b'], { id: 'acme/one' }), file), ask('2'))

    const refused = () => record(scriptedModel(['c'], { id: 'acme/two' }), file)

    expect(replay(file).unplayed).toBe(2)
    expect(refused).toThrow(
      new ConfigError(
        'config.invalid',
        `${file} is a recording of acme/one; give acme/two a file of its own, or delete this one.`,
      ),
    )
  })

  test('that is missing, or something else, is refused in one sentence', async () => {
    expect(() => replay(file)).toThrow(`There is no recording at ${file}; make one with record(model, file).`)

    await hear(record(scriptedModel(['a']), file), ask('1'))
    appendFileSync(file, 'notes\n')
    expect(() => replay(file)).toThrow("is not a recording's; delete the file and record again.")

    truncateSync(file)
    writeFileSync(file, '{"recording":99}\n')
    expect(() => replay(file)).toThrow('is not a recording of version 1')
    expect(() => record(scriptedModel(['a']), join(file, 'below'))).toThrow(/cannot be (read|written)/)
  })
})

describe('answers', () => {
  test('are found by their request, and equal requests get them in order, once each', async () => {
    const live = record(scriptedModel(['a', 'b', 'c']), file)
    for (const text of ['same', 'other', 'same']) await hear(live, ask(text))
    const played = replay(file)

    const texts = []
    for (const text of ['other', 'same', 'same']) {
      texts.push((await hear(played, ask(text))).batches[0]?.[0])
    }

    expect(texts).toMatchObject([{ text: 'b' }, { text: 'a' }, { text: 'c' }])
    expect((await hear(played, ask('same'))).error).toMatchObject({
      code: 'model.invalid_request',
      retryable: false,
      message: `All 3 answer(s) of the recording ${file} were given, and the model is asked once more; record again if that is meant.`,
    })
  })

  test('that are not there are refused with the first difference from the nearest request', async () => {
    const live = record(scriptedModel(['a', 'b']), file)
    await hear(live, ask('far', { temperature: 1 }))
    await hear(live, ask('near', { temperature: 0.5 }))

    const { error } = await hear(replay(file), ask('near', { temperature: 0.7 }))

    expect(error).toMatchObject({
      code: 'model.invalid_request',
      message: `The recording ${file} has no answer to this request (2 of 2 were not asked for). The nearest recorded request differs at temperature: recorded 0.5, asked 0.7. Record again if the change is meant.`,
    })
  })

  test('that failed fail again, with the same code and delay', async () => {
    await hear(
      record(scriptedModel([{ text: ['a', 'b'], batch: 1, error: down, afterEvents: 1 }]), file),
      ask('1'),
    )

    const { batches, error } = await hear(replay(file), ask('1'))

    expect(batches).toEqual([[{ type: 'text.delta', part: 0, text: 'a' }]])
    expect((error as ModelError).toJSON()).toEqual(down.toJSON())
  })

  test('that were aborted are told as far as they came, then aborted or refused', async () => {
    const abort = new AbortController()
    const live = record(scriptedModel([{ text: ['a', 'b'], batch: 1, hang: true, afterEvents: 1 }]), file)
    for await (const _ of live.stream(ask('1'), abort.signal)) {
      abort.abort()
      break
    }

    const again = new AbortController()
    const iterator = replay(file).stream(ask('1'), again.signal)[Symbol.asyncIterator]()
    const first = await iterator.next()
    again.abort()
    const aborted = iterator.next()
    const unread = await hear(replay(file), ask('1'))

    expect(first.value).toMatchObject([{ text: 'a' }])
    await expect(aborted).rejects.toMatchObject({ code: 'model.aborted' })
    expect(unread.error).toMatchObject({ code: 'model.interrupted', retryable: false })
  })

  test('are not made of mistakes: a missing key is thrown and not recorded', async () => {
    const keyless: LanguageModel = {
      ...scriptedModel([]),
      // eslint-disable-next-line require-yield -- it never gets that far
      async *stream() {
        throw new ConfigError('config.missing_key', 'Set ACME_API_KEY.')
      },
    }

    const { error } = await hear(record(keyless, file), ask('1'))

    expect(error).toMatchObject({ code: 'config.missing_key' })
    expect(replay(file).unplayed).toBe(0)
  })

  test('refuse to begin when the signal is aborted already', async () => {
    await hear(record(scriptedModel(['a']), file), ask('1'))
    const played = replay(file)

    const { error } = await hear(played, ask('1'), AbortSignal.abort())

    expect(error).toMatchObject({ code: 'model.aborted' })
    expect(played.unplayed).toBe(1)
  })
})
