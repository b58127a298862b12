import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { agent, userMessage } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import { bridge, bridgeStatus } from '../../src/bridge.ts'
import { ask, askUntilFailure } from '../support/answer.ts'
import { askedOf, bodyOf, CLI_FOLDER, MODELS, processesOf, realWorld } from './support/real-clis.ts'
import type { RealCommand, RealWorld } from './support/real-clis.ts'

const eventually = { timeout: 5_000, interval: 20 }

function modelOf(
  command: RealCommand,
  { env }: RealWorld,
  model: string = MODELS[command],
): ReturnType<typeof bridge> {
  return bridge({ bridge: `${command}-subscription`, model, env })
}

const CITY: JsonObject = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
}

/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const COMMANDS: readonly RealCommand[] = ['claude', 'codex']

describe.skipIf(CLI_FOLDER === undefined).each(COMMANDS)('the real %s', (command) => {
  test('is found, and says its version and its login', async () => {
    const { env, home } = await realWorld(command, { text: 'So' })

    const status = await bridgeStatus(`${command}-subscription`, { env })

    expect(status).toMatchObject({
      path: join(home, 'bin', command),
      login: 'subscription',
      isReady: true,
      hint: null,
    })
    expect(status.version).toMatch(/^\d+\.\d+\.\d+/)
  })

  test('says that nobody is logged in', async () => {
    const world = await realWorld(command, { text: 'So' })
    const empty = join(world.home, 'empty')
    await mkdir(empty)
    const env = { ...world.env, CLAUDE_CONFIG_DIR: empty, CODEX_HOME: empty }

    const status = await bridgeStatus(`${command}-subscription`, { env })
    const { error } = await askUntilFailure(modelOf(command, { ...world, env }))

    expect(status).toMatchObject({ login: 'none', isReady: false })
    expect(error).toMatchObject({ code: 'model.auth', retryable: false })
    expect((error as Error).message).toContain('is not logged in')
    expect(world.provider.requests).toEqual([])
  })

  test('answers, and counts', async () => {
    const world = await realWorld(command, {
      text: ['Hello ', 'wörld ', '😀'],
      usage: { input: 12, output: 5, cached: 3 },
    })

    const answer = await ask(modelOf(command, world), {
      instructions: 'Be brief and keep the secret word plaid.',
      messages: [userMessage('Say hello')],
      tools: [],
    })

    expect(answer).toMatchObject({ parts: [{ kind: 'text', text: 'Hello wörld 😀' }], reason: 'stop' })
    expect(answer.usage).toMatchObject({ inputTokens: 12, outputTokens: 5, cacheReadTokens: 3 })
    expect(askedOf(world)).toContain('keep the secret word plaid')
    expect(askedOf(world)).toContain(JSON.stringify('<user>\nSay hello\n</user>').slice(1, -1))
    expect(bodyOf(world)['model']).toBe(MODELS[command])
    await expect.poll(() => processesOf(world), eventually).toEqual([])
  })

  test('takes images', async () => {
    const world = await realWorld(command, { text: 'A pixel' })

    const answer = await ask(modelOf(command, world), {
      instructions: '',
      messages: [{ role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: PNG }] }],
      tools: [],
    })

    expect(answer.reason).toBe('stop')
    expect(askedOf(world)).toContain(PNG)
  })

  test('adds nothing of the home, of the project or of a mentioned file, and runs nothing', async () => {
    const world = await realWorld(command, { text: 'So' })
    const { home } = world
    const trap = join(home, 'ran')
    const hook = { hooks: [{ type: 'command', command: `touch '${trap}'` }] }
    const hooks = { hooks: { SessionStart: [hook], UserPromptSubmit: [hook], Stop: [hook] } }
    const server = { command: 'touch', args: [trap] }
    const files: Record<string, string> = {
      'secret.txt': 'FROM-A-FILE',
      '.claude/CLAUDE.md': 'FROM-MEMORY',
      '.claude/settings.json': JSON.stringify(hooks),
      '.claude/.claude.json': JSON.stringify({ mcpServers: { trap: server } }),
      '.codex/hooks.json': JSON.stringify(hooks),
      '.codex/config.toml': `developer_instructions = "FROM-SETTINGS"\nnotify = ["touch", "${trap}"]\n[mcp_servers.trap]\ncommand = "touch"\nargs = ["${trap}"]\n`,
    }
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(home, name, '..'), { recursive: true })
      await writeFile(join(home, name), text)
    }
    const words = `/help !touch '${trap}' @${home}/secret.txt @~/secret.txt $imagegen ultrathink`

    const answer = await ask(modelOf(command, world), {
      instructions: `See @${home}/secret.txt`,
      messages: [userMessage(words), userMessage(`@${home}/secret.txt`)],
      tools: [],
    })

    expect(answer.reason).toBe('stop')
    expect(askedOf(world)).toContain('@~/secret.txt')
    expect(askedOf(world)).not.toMatch(/FROM-|image_gen/)
    // A tool that asks the person, whom it cannot reach, is all that codex keeps.
    const tools = (bodyOf(world)['tools'] ?? []) as readonly { name?: string }[]
    expect(tools.map(({ name }) => name)).toEqual(command === 'claude' ? [] : ['request_user_input'])
    await expect(access(trap)).rejects.toThrow('ENOENT')
  })

  test('runs no command that its model asks for', async () => {
    const trap = '/var/tmp/heddle-real-cli-trap'
    const name = command === 'claude' ? 'Bash' : 'exec_command'
    const call = { name, arguments: { command: `touch ${trap}`, cmd: `touch ${trap}` } }
    const world = await realWorld(command, { toolCalls: [call] }, { text: 'I cannot' })

    const { parts } = await ask(modelOf(command, world))

    expect(parts).toEqual([{ kind: 'text', text: 'I cannot' }])
    await expect(access(trap)).rejects.toThrow('ENOENT')
  })

  test('has a server’s refusal told by its code', async () => {
    const limited = await realWorld(command, { text: 'So', faults: [{ kind: 'status', status: 429 }] })
    const busy = await realWorld(command, { text: 'So', faults: [{ kind: 'status', status: 503 }] })
    const full = await realWorld(command, {
      text: 'So',
      faults: [{ kind: 'status', status: 400, reason: 'overflow' }],
    })
    const poor = await realWorld(command, {
      text: 'So',
      faults: [{ kind: 'status', status: command === 'claude' ? 400 : 429, reason: 'quota' }],
    })
    const ok = await realWorld(command, { text: 'So' })

    const codes = []
    for (const world of [limited, busy, full, poor]) {
      codes.push((await askUntilFailure(modelOf(command, world))).error)
    }
    codes.push((await askUntilFailure(modelOf(command, ok, 'no-such-model'))).error)

    expect(codes.map((error) => (error as { code: string }).code)).toEqual([
      'model.rate_limited',
      'model.unavailable',
      'model.context_overflow',
      'model.spend_limit',
      'model.not_found',
    ])
    expect(limited.provider.requests.filter(({ path }) => !path.endsWith('/models'))).toHaveLength(1)
  })

  test('ends where the answer ran into its limit', async () => {
    const world = await realWorld(command, { text: 'cut off', finish: 'length' })

    const answer = await ask(modelOf(command, world))

    expect(answer).toMatchObject({ parts: [{ kind: 'text', text: 'cut off' }], reason: 'length' })
  })

  test('is gone after an abort, and so is its connection', async () => {
    const world = await realWorld(command, {
      text: ['one ', 'two '],
      faults: [{ kind: 'silence', afterDeltas: 1 }],
    })
    const abort = new AbortController()

    const heard = askUntilFailure(modelOf(command, world), undefined, abort.signal)
    await expect.poll(() => world.provider.openRequests, eventually).toBe(1)
    abort.abort()
    const { error } = await heard

    expect(error).toMatchObject({ code: 'model.aborted' })
    await expect.poll(() => processesOf(world), eventually).toEqual([])
    await expect.poll(() => world.provider.openRequests, eventually).toBe(0)
  })
})

describe.skipIf(CLI_FOLDER === undefined)('the real claude', () => {
  test('streams', async () => {
    const world = await realWorld('claude', {
      reasoning: 'hm hm',
      text: ['one ', 'two ', 'three'],
      delayMs: 30,
    })

    const batches = await Array.fromAsync(
      modelOf('claude', world).stream(
        { instructions: '', messages: [userMessage('hi')], tools: [] },
        new AbortController().signal,
      ),
    )

    expect(batches.length).toBeGreaterThan(3)
    expect(batches.flat().filter(({ type }) => type === 'reasoning.delta').length).toBeGreaterThan(0)
  })

  test('sends the login of the subscription, and no key', async () => {
    const world = await realWorld('claude', { text: 'So' })

    await ask(modelOf('claude', { ...world, env: { ...world.env, ANTHROPIC_API_KEY: 'sk-ant-of-somebody' } }))

    const [request] = world.provider.requests
    expect(request?.headers['authorization']).toBe('Bearer sk-ant-oat01-made-up')
    expect(request?.headers['x-api-key']).toBeUndefined()
  })

  test('gives JSON by a schema to an agent', async () => {
    const world = await realWorld('claude', {
      toolCalls: [{ name: 'StructuredOutput', arguments: { city: 'Gent' } }],
    })

    const { output } = await agent({ model: modelOf('claude', world), output: CITY }).run('where?').result

    expect(output).toEqual({ city: 'Gent' })
    expect(askedOf(world)).toContain(JSON.stringify(CITY))
  })

  test('takes a limit of the answer', async () => {
    const world = await realWorld('claude', { text: 'So' })

    await ask(modelOf('claude', world), {
      instructions: '',
      messages: [userMessage('hi')],
      tools: [],
      maxOutputTokens: 77,
    })

    expect(bodyOf(world)['max_tokens']).toBe(77)
  })

  test('says when a used-up allowance comes back', async () => {
    const resetsAt = Math.floor(Date.now() / 1000) + 3_600
    const world = await realWorld('claude', {
      text: 'So',
      faults: [
        {
          kind: 'status',
          status: 429,
          headers: {
            'anthropic-ratelimit-unified-status': 'rejected',
            'anthropic-ratelimit-unified-reset': String(resetsAt),
            'anthropic-ratelimit-unified-representative-claim': 'five_hour',
          },
        },
      ],
    })

    const { error } = await askUntilFailure(modelOf('claude', world))

    const { code, retryAfterMs } = error as { code: string; retryAfterMs: number }
    expect(code).toBe('model.rate_limited')
    expect(retryAfterMs).toBeGreaterThan(3_400_000)
    expect(retryAfterMs).toBeLessThanOrEqual(3_600_000)
  })
})

describe.skipIf(CLI_FOLDER === undefined)('the real codex', () => {
  test('gives JSON by a schema to an agent', async () => {
    const world = await realWorld('codex', { text: '{"city":"Gent"}' })

    const { output } = await agent({ model: modelOf('codex', world), output: CITY }).run('where?').result

    expect(output).toEqual({ city: 'Gent' })
    expect(bodyOf(world)['text']).toMatchObject({
      format: { type: 'json_schema', strict: true, schema: CITY },
    })
  })

  test('is not asked with a key', async () => {
    const world = await realWorld('codex', { text: 'So' })
    await writeFile(join(world.home, '.codex/auth.json'), '{"OPENAI_API_KEY":"sk-of-somebody-else"}')

    const { error } = await askUntilFailure(modelOf('codex', world))

    expect((error as Error).message).toContain('billed by the token')
    expect(world.provider.requests).toEqual([])
  })

  test('says when a used-up allowance comes back', async () => {
    const world = await realWorld('codex', {
      text: 'So',
      faults: [
        {
          kind: 'status',
          status: 429,
          body: {
            error: {
              type: 'usage_limit_reached',
              message: 'The usage limit has been reached',
              plan_type: 'plus',
              resets_at: Math.floor(Date.now() / 1000) + 7_200,
            },
          },
        },
      ],
    })

    const { error } = await askUntilFailure(modelOf('codex', world))

    const { code, retryAfterMs } = error as { code: string; retryAfterMs: number }
    expect(code).toBe('model.rate_limited')
    // It tells the minute only.
    expect(Math.abs(retryAfterMs - 7_200_000)).toBeLessThan(120_000)
  })
})
