import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { agent, tool } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import { bridgeStatus } from '../../src/bridge.ts'
import type { BridgeName } from '../../src/bridge.ts'
import { models } from '../../src/models.ts'
import { fakeCli, printed } from './support/fake-cli.ts'
import type { FakePlan } from './support/fake-cli.ts'
import { CLAUDE } from './support/recordings.ts'

describe('the status of a bridge', () => {
  test.each<[string, BridgeName, NonNullable<FakePlan['status']>, string, string | null]>([
    [
      'claude',
      'claude-subscription',
      { stdout: '{"loggedIn":true,"authMethod":"claude.ai","email":"a@b.c"}' },
      'subscription',
      null,
    ],
    [
      'claude by a token',
      'claude-subscription',
      { stdout: '{"loggedIn":true,"authMethod":"oauth_token"}' },
      'subscription',
      null,
    ],
    [
      'claude by a key',
      'claude-subscription',
      { stdout: '{"loggedIn":true,"authMethod":"api_key"}' },
      'api-key',
      'Log in to the subscription with `claude auth login`: an API key is billed by the token.',
    ],
    [
      'claude by nobody',
      'claude-subscription',
      { stdout: '{\n "loggedIn": false }\n', exitCode: 1 },
      'none',
      'Log in with `claude auth login`.',
    ],
    [
      'an older claude',
      'claude-subscription',
      { stderr: 'error: unknown command', exitCode: 1 },
      'unknown',
      null,
    ],
    ['codex', 'codex-subscription', { stderr: 'Logged in using ChatGPT\n' }, 'subscription', null],
    [
      'codex by a key',
      'codex-subscription',
      { stderr: 'API key configured - sk-***\n' },
      'api-key',
      'Log in to the subscription with `codex login`: an API key is billed by the token.',
    ],
    [
      'codex by nobody',
      'codex-subscription',
      { stderr: 'Not logged in\n', exitCode: 1 },
      'none',
      'Log in with `codex login`.',
    ],
  ])('of %s says who is logged in, and what to do', async (_, bridge, status, login, hint) => {
    const cli = await fakeCli(bridge, { status, version: 'codex-cli 0.169.0-alpha.1\n' })

    expect(await bridgeStatus(bridge, { env: cli.env })).toEqual({
      bridge,
      command: bridge.replace('-subscription', ''),
      path: cli.path,
      version: '0.169.0-alpha.1',
      login,
      isReady: hint === null,
      hint,
    })
  })

  test('names what is missing', async () => {
    expect(await bridgeStatus('codex-subscription', { env: {} })).toEqual({
      bridge: 'codex-subscription',
      command: 'codex',
      path: null,
      version: null,
      login: 'unknown',
      isReady: false,
      hint: 'Install `codex` with `npm i -g @openai/codex`, then log in with `codex login`.',
    })
  })

  test('is found out without a key', async () => {
    const cli = await fakeCli('claude-subscription')

    await bridgeStatus('claude-subscription', { env: { ...cli.env, ANTHROPIC_API_KEY: 'sk-key' } })

    const [call] = await cli.calls()
    expect(call).toMatchObject({ kind: 'status' })
    expect(call?.env).not.toHaveProperty('ANTHROPIC_API_KEY')
  })

  test('of a program that cannot be started, or says too much, is unknown', async () => {
    const cli = await fakeCli('claude-subscription')
    for (const script of ['#!/nowhere\n', '#!/bin/sh\nexec /bin/cat /dev/zero\n']) {
      await writeFile(cli.path, script)
      expect(await bridgeStatus('claude-subscription', { env: cli.env })).toMatchObject({
        path: cli.path,
        version: null,
        login: 'unknown',
      })
    }
  })

  test('need not be waited for', async () => {
    const cli = await fakeCli('claude-subscription')
    await writeFile(cli.path, '#!/bin/sh\nexec /bin/sleep 600\n')

    const asked = bridgeStatus('claude-subscription', { env: cli.env, signal: AbortSignal.timeout(100) })

    await expect(asked).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})

describe('a model string', () => {
  test('names a bridge, whose code is loaded when it is asked', async () => {
    const cli = await fakeCli('claude-subscription', { steps: printed(CLAUDE['hello']) })
    const model = models('claude-subscription/sonnet', { env: cli.env })

    const { text, costMicroUsd, usage } = await agent({ model }).run('hi').result

    expect(model.id).toBe('claude-subscription/sonnet')
    expect(text).toBe('Hello world é😀')
    expect(usage.outputTokens).toBe(5)
    expect(costMicroUsd).toBe(0)
  })

  test('that nearly names one is told so', () => {
    expect(() => models('codex-subscripton/x')).toThrow('did you mean "codex-subscription"?')
  })

  test('loads nothing of a bridge by itself', async () => {
    const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))
    const program = `
      import { registerHooks } from 'node:module'
      registerHooks({ load(url, context, next) { console.log(url); return next(url, context) } })
      const { models } = await import(${JSON.stringify(entry)})
      models('claude-subscription/sonnet')`
    const args = ['--conditions=@heddle/source', '--input-type=module', '--eval', program]

    const { stdout } = await promisify(execFile)(process.execPath, args)

    expect(stdout).toContain('/src/models.ts')
    expect(stdout.split('\n').filter((url) => /\/bridge\.ts|\/bridge\/(?!bridge-names)/.test(url))).toEqual(
      [],
    )
  })
})

describe('an agent', () => {
  const schema: JsonObject = {
    type: 'object',
    properties: { city: { type: 'string' } },
    required: ['city'],
    additionalProperties: false,
  }

  test('gets structured output through a bridge', async () => {
    const cli = await fakeCli('claude-subscription', { steps: printed(CLAUDE['schema']) })

    const result = await agent({
      model: models('claude-subscription/sonnet', { env: cli.env }),
      output: schema,
    }).run('where?').result

    expect(result.output).toEqual({ city: 'Gent' })
    expect((await cli.calls()).filter(({ kind }) => kind === 'answer')).toHaveLength(1)
  })

  test('with tools is refused before it runs', async () => {
    const cli = await fakeCli('claude-subscription')
    const model = models('claude-subscription/sonnet', { env: cli.env })
    const add = tool({ name: 'add', description: 'Adds', input: { type: 'object' }, execute: () => 1 })

    expect(() => agent({ model, tools: [add] })).toThrow('claude-subscription/sonnet calls no tools')
  })
})
