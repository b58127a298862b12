import { describe, expect, test } from 'vitest'
import { userMessage } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import { bridge } from '../../src/bridge.ts'
import type { BridgeOptions } from '../../src/bridge.ts'
import { retryAfterMs } from '../../src/bridge/codex-failure.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { fakeCli, isAlive, printed } from './support/fake-cli.ts'
import type { FakeCli, FakeStep } from './support/fake-cli.ts'
import { CODEX } from './support/recordings.ts'

const eventually = { timeout: 5_000, interval: 10 }

function codex({ env }: FakeCli, options: Partial<BridgeOptions> = {}): ReturnType<typeof bridge> {
  return bridge({ bridge: 'codex-subscription', model: 'gpt-5.4', env, ...options })
}

async function playing(name: string, then: readonly FakeStep[] = []): Promise<FakeCli> {
  return fakeCli('codex-subscription', { steps: [...printed(CODEX[name]), ...then] })
}

async function answersOf(cli: FakeCli): Promise<Awaited<ReturnType<FakeCli['calls']>>> {
  return (await cli.calls()).filter(({ kind }) => kind === 'answer')
}

const CITY: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

describe('an answer of codex', () => {
  test('is told when it is whole, with its usage', async () => {
    const answer = await ask(codex(await playing('hello')))

    expect(answer).toEqual({
      parts: [{ kind: 'text', text: 'Hello world' }],
      reason: 'stop',
      usage: {
        inputTokens: 12,
        outputTokens: 5,
        cacheReadTokens: 4,
        cacheWriteTokens: 0,
        reasoningTokens: 2,
      },
    })
  })

  test('has its reasoning told, and its messages one by one', async () => {
    expect((await ask(codex(await playing('reasoning')))).parts).toEqual([
      { kind: 'reasoning', text: '**Thinking** hmm' },
      { kind: 'text', text: 'Hi' },
    ])
    expect((await ask(codex(await playing('two')))).parts).toEqual([
      { kind: 'text', text: 'One.' },
      { kind: 'text', text: 'Two.' },
    ])
  })

  test('by a schema is its last message alone', async () => {
    const cli = await playing('schema')

    const { parts } = await ask(codex(cli), { ...HELLO, outputSchema: CITY })

    expect(parts).toEqual([{ kind: 'text', text: '{"city":"Gent"}' }])
    const [call] = await answersOf(cli)
    expect(call?.args).toContain(`--output-schema=${call?.cwd}/schema.json`)
    expect(JSON.parse(call?.files['schema.json'] ?? '')).toEqual(CITY)
    expect((await ask(codex(await playing('two')), { ...HELLO, outputSchema: CITY })).parts).toEqual([
      { kind: 'text', text: 'Two.' },
    ])
  })

  test('by a schema that its vendor refuses is asked for in words', async () => {
    const cli = await playing('hello')
    const outputSchema: JsonObject = { type: 'object', additionalProperties: { type: 'string' } }

    await ask(codex(cli), { ...HELLO, outputSchema })

    const [call] = await answersOf(cli)
    expect(call?.args.some((argument) => argument.startsWith('--output-schema'))).toBe(false)
    expect(call?.files['system.txt']).toContain(JSON.stringify(outputSchema))
  })

  test.each([
    ['length', 'length'],
    ['filtered', 'content-filter'],
  ])('that is incomplete (%s) ends with that reason', async (recording, reason) => {
    const answer = await ask(codex(await playing(recording, [{ exit: 1 }])))

    expect(answer).toEqual({ parts: [{ kind: 'text', text: 'cut off' }], reason, usage: null })
  })

  test('that its program tried again for is told once', async () => {
    expect((await ask(codex(await playing('reconnecting')))).parts).toEqual([
      { kind: 'text', text: 'Hello world' },
    ])
  })

  test('is broken off, with the program, when it begins to act on this machine', async () => {
    const cli = await playing('shell', [{ hang: true }])

    const { error } = await askUntilFailure(codex(cli))

    expect(error).toMatchObject({ code: 'model.bad_response', retryable: false })
    expect((error as Error).message).toContain('command_execution')
    const [call] = await answersOf(cli)
    expect(await isAlive(call?.pid ?? 0)).toBe(false)
  })
})

describe('a question to codex', () => {
  test('goes by standard input, its system text and images by files', async () => {
    const cli = await playing('hello')
    const image = { type: 'file', mediaType: 'image/jpeg', data: '/9j/4AA=' } as const

    await ask(codex(cli), {
      instructions: 'Keep the secret word plaid.',
      messages: [userMessage('Look'), { role: 'user', content: [image] }],
      tools: [],
    })

    const [call] = await answersOf(cli)
    expect(call?.stdin).toBe(
      '<conversation>\n<user>\nLook\n</user>\n<user>\n<image number="1"/>\n</user>\n</conversation>\n\nReply with your next turn.\n',
    )
    expect(call?.files['system.txt']).toMatch(/^Keep the secret word plaid\.\n\n/)
    expect(call?.files['image-1.jpeg']).toBe('/9j/4AA=')
    expect(call?.args).toContain(`--image=${call?.cwd}/image-1.jpeg`)
    expect(call?.args).toContain(`--config=model_instructions_file="${call?.cwd}/system.txt"`)
    expect(call?.args.join(' ')).not.toMatch(/plaid|Look/)
  })

  test('takes tools, settings and stored sessions away from the program, and keys', async () => {
    const cli = await playing('hello')
    const env = { ...cli.env, OPENAI_API_KEY: 'sk-key', CODEX_API_KEY: 'sk-key', CODEX_HOME: '/x' }

    await ask(codex(cli, { env }))

    const [call] = await answersOf(cli)
    expect(call?.args).toEqual(
      expect.arrayContaining([
        '--sandbox=read-only',
        '--ephemeral',
        '--ignore-user-config',
        '--ignore-rules',
        '--config=features.shell_tool=false',
        '--config=web_search="disabled"',
        '--config=approval_policy="never"',
      ]),
    )
    expect(Object.keys(call?.env ?? {}).filter((name) => /KEY|CODEX/.test(name))).toEqual(['CODEX_HOME'])
  })

  test('is not asked with a key that is billed, and the login is looked up once', async () => {
    const cli = await playing('hello')
    const model = codex(cli)
    await cli.plan({ status: { stderr: 'API key configured - sk-***\n' }, steps: [] })

    const { error } = await askUntilFailure(model)
    await cli.plan({ steps: printed(CODEX['hello']) })
    await ask(model)
    await ask(model)

    expect(error).toMatchObject({ code: 'model.auth', retryable: false })
    expect((error as Error).message).toContain('billed by the token')
    expect((await cli.calls()).map(({ kind }) => kind)).toEqual(['status', 'status', 'answer', 'answer'])
  })

  test('is not asked when nobody is logged in', async () => {
    const status = { stderr: 'Not logged in\n', exitCode: 1 }
    const cli = await fakeCli('codex-subscription', { status, steps: printed(CODEX['hello']) })

    const { error } = await askUntilFailure(codex(cli))

    expect(error).toMatchObject({
      code: 'model.auth',
      message: 'codex-subscription is not logged in; log in with `codex login`',
    })
    expect(await answersOf(cli)).toEqual([])
  })

  test('is asked when the program does not say who is logged in', async () => {
    const status = { stderr: 'something new\n', exitCode: 3 }
    const cli = await fakeCli('codex-subscription', { status, steps: printed(CODEX['hello']) })

    expect((await ask(codex(cli))).reason).toBe('stop')
  })
})

describe('a failure of codex', () => {
  test.each([
    ['unauthorized', 'model.auth', false],
    ['model', 'model.not_found', false],
    ['modelOfPlan', 'model.not_found', false],
    ['rate', 'model.rate_limited', true],
    ['rateWait', 'model.rate_limited', true],
    ['limit', 'model.rate_limited', true],
    ['quota', 'model.spend_limit', false],
    ['overflow', 'model.context_overflow', false],
    ['busy', 'model.unavailable', true],
    ['capacity', 'model.unavailable', true],
    ['offline', 'model.unavailable', true],
    ['disconnected', 'model.interrupted', true],
    ['cut', 'model.interrupted', true],
  ])('%s is %s', async (recording, code, retryable) => {
    const { events, error } = await askUntilFailure(codex(await playing(recording, [{ exit: 1 }])))

    expect(error).toMatchObject({ code, retryable })
    expect(events).toEqual([])
    const { message } = error as Error
    expect(message).toMatch(/^codex-subscription [^\n]{10,400}$/)
    expect(message).not.toMatch(/sk-\d|\{/)
  })

  test('in the middle of an answer comes after what was told', async () => {
    const { events, error } = await askUntilFailure(codex(await playing('unfinished')))

    expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'part' }])
    expect(error).toMatchObject({ code: 'model.interrupted', retryable: true })
  })

  test('that tells when to try again has that wait', async () => {
    const { error } = await askUntilFailure(codex(await playing('rateWait')))

    expect(error).toMatchObject({ retryAfterMs: 11_054 })
  })

  test.each([
    ['try again at 11:34 AM.', '2026-11-20T09:34:00', 2 * 3_600_000],
    ['try again at 9:34 AM.', '2026-11-20T09:34:30', 0],
    ['try again at 1:00 AM.', '2026-11-20T23:00:00', 2 * 3_600_000],
    ['try again at Nov 25th, 2026 9:34 AM.', '2026-11-20T09:34:00', 5 * 86_400_000],
    ['or try again at Dec 1st, 2026 12:04 AM.', '2026-11-30T23:34:00', 30 * 60_000],
    ['try again in 3.2s.', '2026-11-20T09:34:00', 3_200],
    ['try again later.', '2026-11-20T09:34:00', undefined],
  ])('reads "%s" at %s', (message, now, waitMs) => {
    expect(retryAfterMs(`You’ve hit your usage limit, ${message}`, new Date(now))).toBe(waitMs)
  })
})

test('a program of codex is gone with its answer', async () => {
  const cli = await playing('hello', [{ hang: true }])

  await ask(codex(cli))

  const [call] = await answersOf(cli)
  await expect.poll(() => isAlive(call?.pid ?? 0), eventually).toBe(false)
})
