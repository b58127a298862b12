import { describe, expect, test } from 'vitest'
import { userMessage } from '@heddle/core'
import type { JsonObject, ModelRequest } from '@heddle/core'
import { bridge } from '../../src/bridge.ts'
import type { BridgeOptions } from '../../src/bridge.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { fakeCli, isAlive, printed } from './support/fake-cli.ts'
import type { FakeCli, FakeStep } from './support/fake-cli.ts'
import { CLAUDE } from './support/recordings.ts'

const eventually = { timeout: 5_000, interval: 10 }

function claude({ env }: FakeCli, options: Partial<BridgeOptions> = {}): ReturnType<typeof bridge> {
  return bridge({ bridge: 'claude-subscription', model: 'sonnet', env, ...options })
}

async function playing(name: string, then: readonly FakeStep[] = []): Promise<FakeCli> {
  return fakeCli('claude-subscription', { steps: [...printed(CLAUDE[name]), ...then] })
}

const CITY: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

describe('an answer of claude', () => {
  test('is told in the pieces in which it is printed, with its usage', async () => {
    const cli = await playing('hello')

    const batches = await Array.fromAsync(claude(cli).stream(HELLO, new AbortController().signal))

    const events = batches.flat()
    expect(events.filter(({ type }) => type === 'text.delta')).toEqual([
      { type: 'text.delta', part: 0, text: 'Hello ' },
      { type: 'text.delta', part: 0, text: 'world ' },
      { type: 'text.delta', part: 0, text: 'é😀' },
    ])
    const usage = {
      inputTokens: 12,
      outputTokens: 5,
      cacheReadTokens: 3,
      cacheWriteTokens: 0,
      reasoningTokens: 0,
    }
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop', usage })
    expect(batches.every((batch) => batch.length > 0)).toBe(true)
  })

  test('is the same however its bytes arrive', async () => {
    const bytes = Buffer.from((CLAUDE['hello'] ?? []).map((line) => `${JSON.stringify(line)}\n`).join(''))
    // In the middle of a line, of a letter of two bytes, and of one of four.
    const cuts = [100, bytes.indexOf('é') + 1, bytes.indexOf('😀') + 2].toSorted((a, b) => a - b)
    const parts = [0, ...cuts].map((from, at) => bytes.subarray(from, cuts[at]))
    const cli = await fakeCli('claude-subscription')
    const { writeFile } = await import('node:fs/promises')
    const script = parts.map((part) => `printf '%b' '${octal(part)}'; /bin/sleep 0.02`).join('\n')
    await writeFile(cli.path, `#!/bin/sh\n/bin/cat >/dev/null\n${script}\n`)

    const answer = await ask(claude(cli))

    expect(answer.parts).toEqual([{ kind: 'text', text: 'Hello world é😀' }])
  })

  test('has its thinking told as reasoning', async () => {
    const { parts } = await ask(claude(await playing('reasoning')))

    expect(parts).toEqual([
      { kind: 'reasoning', text: 'hmm hmm' },
      { kind: 'text', text: 'yes' },
    ])
  })

  test.each([
    ['it ran into its limit', 'length', 'cut off', 'length'],
    ['it was refused', 'refusal', 'no', 'content-filter'],
  ])('ends where %s, and the program does not go on by itself', async (_, recording, text, reason) => {
    const cli = await playing(recording, [{ hang: true }])

    const answer = await ask(claude(cli))

    expect(answer).toMatchObject({ parts: [{ kind: 'text', text }], reason })
    const [call] = await cli.calls()
    expect(await isAlive(call?.pid ?? 0)).toBe(false)
  })

  test('goes on after a tool that the program refused to run', async () => {
    const { parts, usage } = await ask(claude(await playing('tool')))

    expect(parts).toEqual([{ kind: 'text', text: 'after' }])
    expect(usage).toMatchObject({ inputTokens: 20, outputTokens: 2 })
  })

  test('that comes whole is told whole', async () => {
    const [init, , , , , , , , , , , result] = CLAUDE['hello'] ?? []
    const cli = await fakeCli('claude-subscription', { steps: printed([init ?? {}, result ?? {}]) })

    expect((await ask(claude(cli))).parts).toEqual([{ kind: 'text', text: 'Hello world é😀' }])
  })

  test.each([
    ['at once', 'schema'],
    ['after one that did not fit', 'mended'],
  ])('by a schema is the JSON that was given %s, and nothing beside it', async (_, recording) => {
    const cli = await playing(recording)

    const { parts, reason } = await ask(claude(cli), { ...HELLO, outputSchema: CITY })

    expect(parts).toEqual([{ kind: 'text', text: '{"city":"Gent"}' }])
    expect(reason).toBe('stop')
    const [call] = await cli.calls()
    expect(call?.args).toContain(`--json-schema=${JSON.stringify(CITY)}`)
  })

  test('by a schema that the model would not follow is what it said', async () => {
    const { parts } = await ask(claude(await playing('wordy')), { ...HELLO, outputSchema: CITY })

    expect(parts).toEqual([{ kind: 'text', text: 'fine' }])
  })
})

function octal(bytes: Uint8Array): string {
  return [...bytes].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('')
}

describe('a question to claude', () => {
  const request: ModelRequest = {
    instructions: 'Be brief and keep the secret word plaid.',
    messages: [userMessage('A question about @/etc/hostname')],
    tools: [],
  }

  test('goes by standard input, and its system text by a file; neither is in the arguments', async () => {
    const cli = await playing('hello')

    await ask(claude(cli), { ...request, maxOutputTokens: 77 })

    const [call] = await cli.calls()
    const { message } = JSON.parse(call?.stdin ?? '') as { message: { role: string; content: JsonObject[] } }
    expect(message.role).toBe('user')
    expect(message.content).toEqual([
      {
        type: 'text',
        text: '<conversation>\n<user>\nA question about @/etc/hostname\n</user>\n</conversation>',
      },
      { type: 'text', text: 'Reply with your next turn.' },
    ])
    expect(call?.files['system.txt']).toMatch(/^Be brief and keep the secret word plaid\.\n\nYou are given/)
    expect(call?.args.join(' ')).not.toMatch(/plaid|hostname/)
    expect(call?.args).toContain(`--system-prompt-file=${call?.cwd}/system.txt`)
    expect(call?.args).toContain('--model=sonnet')
    expect(call?.env['CLAUDE_CODE_MAX_OUTPUT_TOKENS']).toBe('77')
  })

  test('takes tools, settings, commands, mentions and stored sessions away from the program', async () => {
    const cli = await playing('hello')

    await ask(claude(cli), request)

    const [call] = await cli.calls()
    expect(call?.args).toEqual(
      expect.arrayContaining([
        '--tools=',
        '--setting-sources=',
        '--strict-mcp-config',
        '--disable-slash-commands',
        '--no-session-persistence',
      ]),
    )
    expect(call?.env).toMatchObject({
      CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
      CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
      CLAUDE_CODE_MAX_RETRIES: '0',
    })
    expect(Object.keys(call?.files ?? {})).toEqual(['system.txt'])
  })

  test('gives the program no key, and nothing that makes it ask somebody else', async () => {
    const cli = await playing('hello')
    const env = {
      ...cli.env,
      ANTHROPIC_API_KEY: 'sk-ant-key',
      ANTHROPIC_AUTH_TOKEN: 'token',
      OPENAI_API_KEY: 'sk-key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      CLAUDE_CODE_USE_BEDROCK: '1',
      CLAUDECODE: '1',
      CLAUDE_CODE_OAUTH_TOKEN: 'its own login',
      GNOME_KEYRING_CONTROL: '/run/keyring',
      LANG: 'C.UTF-8',
    }

    await ask(claude(cli, { env }), request)

    const [call] = await cli.calls()
    const names = Object.keys(call?.env ?? {}).filter((name) => name in env)
    expect(names.toSorted()).toEqual(['CLAUDE_CODE_OAUTH_TOKEN', 'GNOME_KEYRING_CONTROL', 'LANG', 'PATH'])
  })

  test('carries images before the transcript that names them', async () => {
    const cli = await playing('hello')
    const image = { type: 'file', mediaType: 'image/png', data: 'iVBORw0K' } as const

    await ask(claude(cli), {
      ...HELLO,
      messages: [{ role: 'user', content: [image, { type: 'text', text: 'What is this?' }] }],
    })

    const [call] = await cli.calls()
    const { message } = JSON.parse(call?.stdin ?? '') as { message: { content: JsonObject[] } }
    expect(message.content.slice(0, 3)).toEqual([
      { type: 'text', text: 'Image 1:' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0K' } },
      {
        type: 'text',
        text: '<conversation>\n<user>\n<image number="1"/>\nWhat is this?\n</user>\n</conversation>',
      },
    ])
  })

  test.each<[string, JsonObject]>([
    ['that is not an object', { type: 'array', items: { type: 'string' } }],
    [
      'that is too long for an argument',
      { type: 'object', properties: { a: { enum: ['x'.repeat(50_000)] } } },
    ],
  ])('asks for a schema %s in words', async (_, outputSchema) => {
    const cli = await playing('hello')

    const { parts } = await ask(claude(cli), { ...HELLO, outputSchema })

    const [call] = await cli.calls()
    expect(call?.args.some((argument) => argument.startsWith('--json-schema'))).toBe(false)
    expect(call?.files['system.txt']).toContain(JSON.stringify(outputSchema))
    expect(parts).toEqual([{ kind: 'text', text: 'Hello world é😀' }])
  })
})

describe('a failure of claude', () => {
  test.each([
    ['overloaded', 'model.unavailable', true],
    ['broken', 'model.unavailable', true],
    ['offline', 'model.unavailable', true],
    ['cut', 'model.unavailable', true],
    ['rate', 'model.rate_limited', true],
    ['model', 'model.not_found', false],
    ['overflow', 'model.context_overflow', false],
    ['quota', 'model.spend_limit', false],
    ['forbidden', 'model.auth', false],
    ['expired', 'model.auth', false],
    ['loggedOut', 'model.auth', false],
    ['key', 'model.auth', false],
  ])('%s is %s', async (recording, code, retryable) => {
    const cli = await playing(recording, [{ exit: 1 }])

    const { events, error } = await askUntilFailure(claude(cli))

    expect(error).toMatchObject({ code, retryable })
    expect(events).toEqual([])
    expect((error as Error).message).toMatch(/^claude-subscription [^\n]{10,400}$/)
  })

  test.each([
    ['unfinished', 'model.interrupted', 'fine day'],
    ['malformed', 'model.bad_response', 'fine '],
    ['streamError', 'model.unavailable', 'fine '],
  ])('%s in the middle of an answer is %s after what was told', async (recording, code, text) => {
    const cli = await playing(recording)

    const { events, error } = await askUntilFailure(claude(cli))

    expect(events.map((event) => ('text' in event ? event.text : event.type)).join('')).toBe(text)
    expect(error).toMatchObject({ code, retryable: true })
    const [call] = await cli.calls()
    await expect.poll(() => isAlive(call?.pid ?? 0), eventually).toBe(false)
  })

  test('for a used-up allowance says when it comes back', async () => {
    const inAnHour = Math.floor(Date.now() / 1000) + 3600
    const lines = JSON.parse(
      JSON.stringify(CLAUDE['limit']).replaceAll(/"resetsAt":\d+/g, `"resetsAt":${inAnHour}`),
    ) as JsonObject[]
    const cli = await fakeCli('claude-subscription', { steps: printed(lines) })

    const { error } = await askUntilFailure(claude(cli))

    const { code, retryAfterMs } = error as { code: string; retryAfterMs: number }
    expect(code).toBe('model.rate_limited')
    expect(retryAfterMs).toBeGreaterThan(3_500_000)
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000)
  })

  test('that nobody is logged in says what to type', async () => {
    const { error } = await askUntilFailure(claude(await playing('loggedOut')))

    expect((error as Error).message).toBe(
      'claude-subscription is not logged in (Not logged in · Please run /login); log in with `claude auth login`',
    )
  })
})
