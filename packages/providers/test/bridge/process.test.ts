import { spawn } from 'node:child_process'
import { access, chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { userMessage } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import { bridge } from '../../src/bridge.ts'
import type { BridgeOptions } from '../../src/bridge.ts'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { fakeCli, isAlive, printed } from './support/fake-cli.ts'
import type { FakeCall, FakeCli } from './support/fake-cli.ts'
import { CLAUDE, CODEX } from './support/recordings.ts'

const eventually = { timeout: 5_000, interval: 10 }

const [INIT = {}, STATUS = {}] = CLAUDE['hello'] ?? []
/** Up to and with the first piece of text. */
const BEGUN = printed(CLAUDE['hello']?.slice(0, 5))

function claude(
  { env }: Pick<FakeCli, 'env'>,
  options: Partial<BridgeOptions> = {},
): ReturnType<typeof bridge> {
  return bridge({ bridge: 'claude-subscription', model: 'sonnet', env, ...options })
}

async function answerCall(cli: FakeCli): Promise<FakeCall> {
  await expect
    .poll(async () => (await cli.calls()).some(({ kind }) => kind === 'answer'), eventually)
    .toBe(true)
  const found = (await cli.calls()).find(({ kind }) => kind === 'answer')
  if (!found) throw new Error('the program was not asked')
  return found
}

async function expectNothingLeft(cli: FakeCli): Promise<void> {
  const calls = (await cli.calls()).filter(({ kind }) => kind === 'answer' || kind === 'child')
  expect(calls.length).toBeGreaterThan(0)
  for (const { pid } of calls) await expect.poll(() => isAlive(pid), eventually).toBe(false)
  for (const { cwd } of calls.filter(({ kind }) => kind === 'answer')) {
    await expect(access(cwd)).rejects.toThrow('ENOENT')
  }
}

describe('a program that is missing', () => {
  test('is named, with what to type', async () => {
    const { events, error } = await askUntilFailure(claude({ env: { PATH: '/nowhere:relative:' } }))

    expect(events).toEqual([])
    expect(error).toMatchObject({
      code: 'config.invalid',
      message:
        'claude-subscription needs the program `claude`, which is not in the PATH; install it with `npm i -g @anthropic-ai/claude-code` and log in with `claude auth login`',
    })
  })

  test('is not found by a relative entry of the PATH, which means another folder elsewhere', async () => {
    const cli = await fakeCli('claude-subscription', { steps: printed(CLAUDE['hello']) })

    const { error } = await askUntilFailure(
      claude({ env: { PATH: relative(process.cwd(), dirname(cli.path)) } }),
    )

    expect(error).toMatchObject({ code: 'config.invalid' })
    expect(await cli.calls()).toEqual([])
  })

  test('is not found in a folder of its name, nor in a file that may not be run', async () => {
    const cli = await fakeCli('claude-subscription', { steps: printed(CLAUDE['hello']) })
    const other = join(dirname(cli.path), '..', 'other')
    await mkdir(join(other, 'claude'), { recursive: true })
    await expect(ask(claude({ env: { PATH: `${other}:${cli.env['PATH']}` } }))).resolves.toMatchObject({
      reason: 'stop',
    })

    await chmod(cli.path, 0o644)
    // Root may run nothing either that nobody may.
    expect((await askUntilFailure(claude(cli))).error).toMatchObject({ code: 'config.invalid' })
  })

  test('that cannot be started is one more try away', async () => {
    const cli = await fakeCli('claude-subscription')
    await writeFile(cli.path, '#!/nowhere/interpreter\n')
    const temporary = dirname(cli.path)
    vi.stubEnv('TMPDIR', temporary)
    onTestFinished(() => void vi.unstubAllEnvs())

    const { error } = await askUntilFailure(claude(cli))

    expect(error).toMatchObject({ code: 'model.unavailable', retryable: true })
    expect((error as Error).message).toContain(cli.path)
    expect((await readdir(temporary)).filter((name) => name.startsWith('heddle-bridge-'))).toEqual([])
  })
})

describe('a request that no program takes is refused before one is started:', () => {
  const tool = { name: 'add', description: '', inputSchema: { type: 'object' } }

  test.each([
    ['tools', { ...HELLO, tools: [tool] }, 'calls no tools'],
    ['a request body', { ...HELLO, extraBody: { thinking: {} } }, 'extraBody'],
    [
      'a document',
      {
        ...HELLO,
        messages: [
          {
            role: 'user' as const,
            content: [{ type: 'file' as const, mediaType: 'application/pdf', data: 'JVBER' }],
          },
        ],
      },
      'application/pdf',
    ],
    [
      'an image by its URL',
      {
        ...HELLO,
        messages: [
          {
            role: 'user' as const,
            content: [{ type: 'file' as const, mediaType: 'image/png', url: 'https://x.test/a.png' }],
          },
        ],
      },
      'by its URL',
    ],
  ])('%s', async (_, request, words) => {
    const cli = await fakeCli('claude-subscription', { steps: printed(CLAUDE['hello']) })

    const { error } = await askUntilFailure(claude(cli), request)

    expect(error).toMatchObject({ code: 'model.invalid_request', retryable: false })
    expect((error as Error).message).toContain(words)
    expect(await cli.calls()).toEqual([])
  })
})

describe('a program that ends without an answer', () => {
  test('is looked at for its login first', async () => {
    const cli = await fakeCli('claude-subscription', {
      steps: [{ stderr: 'something went wrong\n' }, { exit: 1 }],
      status: { stdout: '{"loggedIn":false,"authMethod":"none"}', exitCode: 1 },
    })

    expect((await askUntilFailure(claude(cli))).error).toMatchObject({ code: 'model.auth' })
  })

  test('is quoted, without keys and addresses, and not at length', async () => {
    const noise = `at frame ${'x'.repeat(60)}\n`.repeat(200)
    const words = `fatal: sk-ant-oat01-abcdefgh and Bearer abc.def of someone@example.com\n`
    const cli = await fakeCli('claude-subscription', {
      steps: [{ stderr: noise }, { stderr: words }, { exit: 7 }],
    })

    const { error } = await askUntilFailure(claude(cli))

    const { code, message, retryable } = error as { code: string; message: string; retryable: boolean }
    expect([code, retryable]).toEqual(['model.unavailable', true])
    expect(message).toMatch(/^claude-subscription failed: it exited with code 7 and said: …/)
    expect(message).toMatch(/fatal: \*\*\* and \*\*\* of \*\*\*$/)
    expect(message.length).toBeLessThan(500)
  })

  test('because it does not know an option is to be updated', async () => {
    const cli = await fakeCli('claude-subscription', {
      steps: [{ stderr: "error: unknown option '--setting-sources='\n" }, { exit: 1 }],
    })

    const { error } = await askUntilFailure(claude(cli))

    expect(error).toMatchObject({ code: 'config.invalid' })
    expect((error as Error).message).toContain('npm i -g @anthropic-ai/claude-code@latest')
  })

  test('because it was killed may be tried again', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [{ kill: 'SIGKILL' }] })

    const { error } = await askUntilFailure(claude(cli))

    expect(error).toMatchObject({ code: 'model.interrupted', retryable: true })
    expect((error as Error).message).toContain('SIGKILL')
  })

  test('though it exits well, or prints no JSON, is no answer', async () => {
    const silent = await fakeCli('claude-subscription', { steps: [] })
    const chatty = await fakeCli('claude-subscription', { steps: [{ raw: 'Welcome!\n' }] })

    expect((await askUntilFailure(claude(silent))).error).toMatchObject({
      code: 'model.bad_response',
      retryable: true,
    })
    const { error } = await askUntilFailure(claude(chatty))
    expect(error).toMatchObject({ code: 'model.bad_response' })
    expect((error as Error).message).toContain('Welcome!')
  })

  test('in the middle of one is broken off, after what was told', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [...BEGUN, { stderr: 'boom' }, { exit: 134 }] })

    const { events, error } = await askUntilFailure(claude(cli))

    expect(events).toEqual([{ type: 'text.delta', part: 0, text: 'Hello ' }])
    expect(error).toMatchObject({ code: 'model.interrupted', retryable: true })
    await expectNothingLeft(cli)
  })

  test('with half a line is told from one that ends well', async () => {
    const cli = await fakeCli('claude-subscription', {
      steps: [...BEGUN, { raw: '{"type":"result","is_er' }],
    })

    expect((await askUntilFailure(claude(cli))).error).toMatchObject({
      code: 'model.bad_response',
      retryable: true,
    })
  })

  test('but with its last line’s end missing, is understood', async () => {
    const lines = CLAUDE['hello'] ?? []
    const cli = await fakeCli('claude-subscription', {
      steps: [...printed(lines.slice(0, -1)), { raw: JSON.stringify(lines.at(-1)) }],
    })

    expect(await ask(claude(cli))).toMatchObject({ reason: 'stop' })
  })

  test('and lets go of its input before a long question was read, breaks nothing', async () => {
    const cli = await fakeCli('claude-subscription')
    await writeFile(cli.path, '#!/bin/sh\nexec 0<&-\n/bin/sleep 0.2\nexit 3\n')

    const { error } = await askUntilFailure(claude(cli), {
      ...HELLO,
      messages: [userMessage('x'.repeat(4_000_000))],
    })

    expect(error).toMatchObject({ code: 'model.unavailable' })
  })
})

test('words beside the answer, and lines of unknown kinds, are passed over', async () => {
  const odd: JsonObject[] = [
    { type: 'news' },
    { type: 'stream_event' },
    { type: 'stream_event', event: { type: 'ping' } },
  ]
  const [init = {}, ...rest] = CLAUDE['hello'] ?? []
  const cli = await fakeCli('claude-subscription', {
    steps: [{ raw: 'Update available!\n\n' }, ...printed([init, ...odd, ...rest])],
  })

  expect((await ask(claude(cli))).parts).toEqual([{ kind: 'text', text: 'Hello world é😀' }])
})

test('temporary files of the program go with its folder', async () => {
  const cli = await fakeCli('claude-subscription', { steps: printed(CLAUDE['hello']) })

  await ask(claude(cli))

  const { env, cwd } = await answerCall(cli)
  expect(env['TMPDIR']).toBe(cwd)
  await expectNothingLeft(cli)
})

describe('an abort', () => {
  test('that came first asks nobody', async () => {
    const cli = await fakeCli('claude-subscription', { steps: printed(CLAUDE['hello']) })

    const { error } = await askUntilFailure(claude(cli), HELLO, AbortSignal.abort())

    expect(error).toMatchObject({ code: 'model.aborted', retryable: false })
    expect(await cli.calls()).toEqual([])
  })

  test('while the login is looked up ends the program', async () => {
    const cli = await fakeCli('codex-subscription', { steps: printed(CODEX['hello']) })
    await writeFile(cli.path, '#!/bin/sh\nexec /bin/sleep 600\n')
    const abort = new AbortController()

    const heard = askUntilFailure(
      bridge({ bridge: 'codex-subscription', model: 'x', env: cli.env }),
      HELLO,
      abort.signal,
    )
    setTimeout(() => abort.abort(), 100)

    expect((await heard).error).toMatchObject({ code: 'model.aborted' })
  })

  test('ends the program with all that it started', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [{ child: 'own' }, ...BEGUN, { hang: true }] })
    const abort = new AbortController()

    const heard = askUntilFailure(claude(cli), HELLO, abort.signal)
    await answerCall(cli)
    const startedMs = performance.now()
    abort.abort()
    const { error } = await heard

    expect(error).toMatchObject({ code: 'model.aborted' })
    expect(performance.now() - startedMs).toBeLessThan(3_000)
    await expectNothingLeft(cli)
  })

  test('ends a program that will not', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [{ deaf: true }, ...BEGUN, { hang: true }] })
    const abort = new AbortController()

    const batches = claude(cli).stream(HELLO, abort.signal)[Symbol.asyncIterator]()
    await batches.next()
    abort.abort()

    await expect(batches.next()).rejects.toMatchObject({ code: 'model.aborted' })
    await expectNothingLeft(cli)
  })

  test('is not needed by a reader who leaves', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [{ child: 'own' }, ...BEGUN, { hang: true }] })

    for await (const _ of claude(cli).stream(HELLO, new AbortController().signal)) break

    await expectNothingLeft(cli)
  })
})

describe('a program', () => {
  test('that ends and leaves somebody behind at its output is not waited for', async () => {
    const lines = CLAUDE['hello']?.slice(0, -1)
    const cli = await fakeCli('claude-subscription', {
      steps: [{ child: 'escaped' }, ...printed(lines), { exit: 1 }],
    })

    const { error } = await askUntilFailure(claude(cli))

    expect(error).toMatchObject({ code: 'model.interrupted' })
    const escaped = (await cli.calls()).find(({ kind }) => kind === 'child')
    process.kill(escaped?.pid ?? 0, 'SIGKILL')
  })

  test('that has answered and leaves somebody behind in its group takes them along', async () => {
    const cli = await fakeCli('claude-subscription', {
      steps: [{ child: 'own' }, ...printed(CLAUDE['hello'])],
    })

    expect((await ask(claude(cli))).reason).toBe('stop')

    expect((await cli.calls()).some(({ kind }) => kind === 'child')).toBe(true)
    await expectNothingLeft(cli)
  })

  test('that says too much is quoted from a whole word on, half of which would not be known for a key', async () => {
    const stderr = `sk-${'k'.repeat(5_000)} is no key`
    const cli = await fakeCli('claude-subscription', { steps: [{ stderr }, { exit: 1 }] })

    const { error } = await askUntilFailure(claude(cli))

    expect(String(error)).toContain('is no key')
    expect(String(error)).not.toContain('kkk')
  })

  test('does not outlive a process that is killed', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [{ child: 'own' }, ...BEGUN, { hang: true }] })
    const source = fileURLToPath(new URL('../../src/bridge.ts', import.meta.url))
    const program = `
      import { bridge } from ${JSON.stringify(source)}
      const model = bridge({ bridge: 'claude-subscription', model: 'sonnet', env: ${JSON.stringify(cli.env)} })
      const request = { instructions: '', messages: [], tools: [] }
      for await (const batch of model.stream(request, new AbortController().signal)) process.stdout.write('heard')`
    const args = ['--conditions=@heddle/source', '--input-type=module', '--eval', program]
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    await new Promise((resolve) => owner.stdout.once('data', resolve))

    owner.kill('SIGKILL')

    const call = await answerCall(cli)
    await expect
      .poll(
        () =>
          access(call.cwd).then(
            () => true,
            () => false,
          ),
        eventually,
      )
      .toBe(false)
    await expectNothingLeft(cli)
  })

  test('that is silent is given up, whatever it says of itself meanwhile', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [{ line: INIT }, { noise: STATUS }] })

    const { error } = await askUntilFailure(claude(cli, { firstByteTimeoutMs: 1_500 }))

    expect(error).toMatchObject({ code: 'model.first_byte_timeout', retryable: true })
    expect((error as Error).message).toContain('first-byte time-out')
    await expectNothingLeft(cli)
  })

  test('that falls silent in its answer is given up', async () => {
    const cli = await fakeCli('claude-subscription', { steps: [...BEGUN, { hang: true }] })

    const { events, error } = await askUntilFailure(claude(cli, { idleTimeoutMs: 500 }))

    expect(events).toHaveLength(1)
    expect(error).toMatchObject({ code: 'model.idle_timeout', retryable: true })
    await expectNothingLeft(cli)
  })

  test('that takes too long in all is given up', async () => {
    const pieces = Array.from({ length: 400 }, () => [...BEGUN.slice(4), { waitMs: 20 }]).flat()
    const cli = await fakeCli('claude-subscription', { steps: [...BEGUN, ...pieces] })

    const { error } = await askUntilFailure(claude(cli, { totalTimeoutMs: 1_200 }))

    expect(error).toMatchObject({ code: 'model.total_timeout', retryable: true })
    await expectNothingLeft(cli)
  })

  test('that prints without end is stopped', async () => {
    const lines = await fakeCli('codex-subscription', { steps: [{ flood: 50_000_000 }] })
    const oneLine = await fakeCli('claude-subscription', {
      steps: [{ raw: 'x'.repeat(3_000_000) }, { hang: true }],
    })

    const many = askUntilFailure(
      bridge({ bridge: 'codex-subscription', model: 'x', env: lines.env, maxResponseBytes: 2_000_000 }),
    )
    const one = askUntilFailure(claude(oneLine, { maxResponseBytes: 2_000_000 }))

    for (const { error } of await Promise.all([many, one])) {
      expect(error).toMatchObject({ code: 'model.bad_response' })
      expect((error as Error).message).toContain('2000000 bytes')
    }
    await expectNothingLeft(oneLine)
  })

  test('is slowed down by a slow reader', async () => {
    const cli = await fakeCli('codex-subscription', { steps: [{ flood: 20_000_000 }] })
    const written = async (): Promise<number> =>
      (await cli.calls()).findLast(({ kind }) => kind === 'written')?.bytes ?? 0

    const model = bridge({ bridge: 'codex-subscription', model: 'x', env: cli.env })
    const answer = model.stream(HELLO, new AbortController().signal)
    const batches = answer[Symbol.asyncIterator]()
    await batches.next()
    await expect.poll(written, eventually).toBeGreaterThan(10_000)
    const before = await settled(written)
    await batches.return?.()

    expect(before).toBeLessThan(2_000_000)
    await expectNothingLeft(cli)
  })
})

/** A number that has stopped growing. */
async function settled(read: () => Promise<number>): Promise<number> {
  for (let last = -1, same = 0; ;) {
    const now = await read()
    same = now === last ? same + 1 : 0
    if (same === 5) return now
    last = now
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
