import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { SECRET } from '../fake-wires.ts'
import { commandLine, makeProject } from '../heddle-process.ts'
import type { Project } from '../heddle-process.ts'

interface Examined {
  readonly isBroken: boolean
  readonly checks: readonly {
    readonly name: string
    readonly status: string
    readonly text: string
    readonly advice: string | null
  }[]
}

let provider: FakeProvider
let project: Project
beforeAll(async () => {
  provider = await startFakeProvider({ scripts: { 'gpt-5.4': { turns: [] } } })
})
afterAll(() => provider.close())
beforeEach(async () => {
  project = await makeProject()
  execFileSync('git', ['init', '--quiet', project.root])
})
afterEach(() => project.remove())

async function settings(text: string): Promise<void> {
  await mkdir(join(project.home, '.config', 'heddle'), { recursive: true })
  await writeFile(join(project.home, '.config', 'heddle', 'config.toml'), text)
}

/** Nothing that is installed on this machine counts. */
async function examined(
  env: Readonly<Record<string, string>> = {},
): Promise<Examined & { readonly code: number | null }> {
  const { code, stdout, stderr } = await project.run(['doctor', '--json'], {
    env: { PATH: '/usr/bin:/bin', ...env },
  })
  expect(stderr).toBe('')
  expect(stdout).not.toContain(SECRET)
  return { code, ...(JSON.parse(stdout) as Examined) }
}

function check({ checks }: Examined, name: string): Examined['checks'][number] | undefined {
  return checks.find((one) => one.name === name)
}

describe('heddle doctor', () => {
  test('finds nothing broken on a machine where nothing is set up', async () => {
    const { code, stdout } = await project.run(['doctor'], { env: { PATH: '/usr/bin:/bin' } })

    expect(code).toBe(0)
    expect(stdout).toMatch(/^Heddle\n✓ heddle +\d+\.\d+\.\d+ on Node \d+\.\d+\.\d+/)
    expect(stdout).toContain('heddle/offline (no API key is set and no Ollama answers)')
    expect(stdout).toMatch(/– claude-subscription +not installed\n +→ Install `claude`/)
    expect(stdout).toMatch(/✓ decisions +none yet; the first run makes the database\n/)
    expect(stdout).toMatch(/\nNothing that is set up is broken\.\n$/)
  })

  test('says that a key is there and its endpoint answers', async () => {
    const found = await examined({ OPENAI_API_KEY: SECRET, OPENAI_BASE_URL: provider.openaiBaseUrl })

    expect([found.code, found.isBroken]).toEqual([0, false])
    expect(check(found, 'openai')).toMatchObject({
      status: 'ok',
      text: expect.stringMatching(
        /answers at http[^ ]+ in \d+ ms, 1 model, OPENAI_API_KEY is set$/,
      ) as string,
    })
  })

  test('is quick without a network, and does not call that broken', async () => {
    const beganMs = performance.now()
    // Nobody answers at an address that is set aside for documentation: RFC 5737.
    const proxy = { https_proxy: 'http://192.0.2.1:9' }
    const found = await examined({ ANTHROPIC_API_KEY: SECRET, GROQ_API_KEY: SECRET, ...proxy })

    expect(performance.now() - beganMs).toBeLessThan(5_000)
    expect(found.code).toBe(0)
    expect(check(found, 'groq')).toMatchObject({
      status: 'info',
      text: expect.stringContaining('this machine seems to be offline') as string,
    })
  })

  test.each<[string, string, Readonly<Record<string, string>>, string, RegExp]>([
    ['settings that are no TOML', '[model', {}, 'settings', /line 1: this is not TOML/],
    ['a model that is unknown', '', { HEDDLE_MODEL: 'antropic/x' }, 'model', /did you mean "anthropic"/],
    [
      'a model without its key',
      '[model]\ndefault = "groq/x"',
      {},
      'model',
      /^groq\/x \(.*config\.toml\): groq has no key$/,
    ],
    ['a role without its key', '[model]\nweak = "groq/x"', {}, 'role weak', /groq has no key/],
    [
      'a server of the settings that is away',
      '[provider.endpoints.work]\nurl = "http://127.0.0.1:1"',
      {},
      'work',
      /does not answer at http:\/\/127\.0\.0\.1:1\/v1$/,
    ],
    [
      'a key of the settings that is not set',
      '[provider.endpoints.work]\nurl = "http://127.0.0.1:1"\nauth_key = "$WORK_KEY"',
      {},
      'work',
      /has no key/,
    ],
  ])('calls %s broken, with what to do, and ends with 1', async (_what, text, env, name, problem) => {
    await settings(text)

    const found = await examined(env)

    expect([found.code, found.isBroken]).toEqual([1, true])
    const broken = check(found, name)
    expect([broken?.status, typeof broken?.advice]).toEqual(['broken', 'string'])
    expect(broken?.text).toMatch(problem)
  })

  test('takes a chain for playable when one of its models is', async () => {
    await settings('[model]\ndefault = "groq/x, heddle/offline"\n')

    expect(check(await examined(), 'model')).toMatchObject({ status: 'ok' })
  })

  test('calls a damaged database broken', async () => {
    await project.write('.heddle/heddle.db', 'no database '.repeat(1_000))

    const found = await examined()

    expect(found.code).toBe(1)
    expect(check(found, 'decisions')).toMatchObject({ status: 'broken' })
  })

  test('finds the program of a subscription, and whether it is logged in', async () => {
    const folder = join(project.home, 'bin')
    await mkdir(folder)
    await writeFile(
      join(folder, 'codex'),
      '#!/bin/sh\ncase "$1" in login) echo "Not logged in" >&2; exit 1;; *) echo codex-cli 9.9.9;; esac\n',
    )
    await chmod(join(folder, 'codex'), 0o755)

    const found = await examined({ PATH: `${folder}:/usr/bin:/bin` })

    expect(found.code).toBe(0)
    expect(check(found, 'codex-subscription')).toMatchObject({
      status: 'info',
      text: expect.stringContaining(join(folder, 'codex')) as string,
      advice: expect.stringContaining('codex login') as string,
    })
  })

  test('works without a home', () => {
    const { command, env } = commandLine(project, ['doctor'])
    const { HOME: _home, ...homeless } = env

    const { status, stderr } = spawnSync(command[0], command.slice(1), {
      cwd: project.root,
      env: {
        ...homeless,
        PATH: '/usr/bin:/bin',
        XDG_CACHE_HOME: project.home,
        XDG_CONFIG_HOME: project.home,
      },
      encoding: 'utf8',
    })

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  })
})
