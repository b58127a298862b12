import { openStore } from '@heddle/store'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeScripts } from '@heddle/testkit/fake-provider'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accounts } from '../fake-wires.ts'
import { makeProject } from '../heddle-process.ts'
import type { HeddleOptions, Outcome, Project } from '../heddle-process.ts'

const SCRIPTS: FakeScripts = {
  decides: {
    turns: [
      {
        text:
          'There are two ways.\n- Option A: Drop the oldest entry first\n- Option B: Ask the server again for every lookup\n' +
          'I choose option A, because option B would make every lookup slow.',
        toolCalls: [{ name: 'write_file', arguments: { path: 'cache.ts', content: 'export {}\n' } }],
      },
      { text: 'The cache is bounded.' },
    ],
  },
  hello: { turns: [{ text: 'Hello.' }], repeatLast: true },
  stalls: {
    turns: [
      { toolCalls: [{ name: 'write_file', arguments: { path: 'cache.ts', content: 'export {}\n' } }] },
      { text: ['I wait. ', ...Array<string>(50).fill('And wait. ')], delayMs: 1_000 },
    ],
  },
  spoils: {
    turns: [
      {
        toolCalls: [
          { name: 'bash', arguments: { command: 'for f in .heddle/heddle.db*; do echo spoilt > $f; done' } },
        ],
      },
      { toolCalls: [{ name: 'write_file', arguments: { path: 'a.ts', content: 'export {}\n' } }] },
      { text: 'Done all the same.' },
    ],
  },
  edits: {
    turns: [
      { toolCalls: [{ name: 'write_file', arguments: { path: 'a.ts', content: 'export {}\n' } }] },
      { text: 'Well.' },
    ],
  },
}

let provider: FakeProvider
const projects: Project[] = []
beforeAll(async () => {
  provider = await startFakeProvider({ scripts: SCRIPTS })
})
afterAll(async () => {
  await provider.close()
  for (const project of projects) await project.remove()
})

async function newProject(files: Readonly<Record<string, string>> = {}, isGit = true): Promise<Project> {
  const project = await makeProject(files)
  projects.push(project)
  if (isGit) execFileSync('git', ['init', '--quiet', project.root])
  return project
}

/** Asks a script on the Chat Completions wire. */
async function ask(
  project: Project,
  script: string,
  args: readonly string[] = ['do it'],
  options: HeddleOptions = {},
): Promise<Outcome & { readonly sent: string }> {
  const [account] = accounts(provider)
  const before = provider.requests.length
  const outcome = await project.run(['-m', account?.model(script) ?? '', ...args], {
    ...options,
    env: { ...account?.env, ...options.env },
  })
  return { ...outcome, sent: JSON.stringify(provider.requests.slice(before).map(({ body }) => body)) }
}

describe('two runs in a repository', () => {
  test('the second is told what the first ruled out, and why', async () => {
    const project = await newProject()

    const first = await ask(project, 'decides', ['Keep the cache within its limit.'])
    const second = await ask(project, 'hello', ['Make lookups in the cache quicker.'])

    expect([first.code, first.stderr]).toEqual([0, expect.not.stringContaining('warning')])
    expect(first.sent).not.toContain('What was decided before')
    expect(second.sent).toContain(
      'Ruled out (do not do again without a new reason):\\n- Ask the server again for every lookup (would make every lookup slow)',
    )
    expect(second.sent).toContain('"decision_log"')
  })

  test('can be read again, event by event, where the graph refers to them', async () => {
    const project = await newProject()

    await ask(project, 'edits')
    const { stdout } = await project.run(['graph', 'query', '--type', 'action', '--json'])
    const { nodes } = JSON.parse(stdout) as { nodes: { evidence: { runId: string; seq: number }[] }[] }
    const [evidence] = nodes[0]?.evidence ?? []
    const store = await openStore(join(project.root, '.heddle', 'heddle.db'))
    const events = await Array.fromAsync(store.log.read(evidence?.runId ?? ''))
    await store.close()

    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['run.started', 'run.ended'])
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, at) => at + 1))
    expect(events[(evidence?.seq ?? 0) - 1]?.type).toMatch(/^tool\./)
  })

  test('leave nothing behind that git would see but what the model wrote', async () => {
    const project = await newProject()

    await ask(project, 'edits')

    expect(execFileSync('git', ['status', '--short'], { cwd: project.root, encoding: 'utf8' })).toBe(
      '?? a.ts\n',
    )
    expect(readFileSync(join(project.root, '.heddle', '.gitignore'), 'utf8')).toBe('*\n')
  })

  test('keep settings that were there in git, and the database out of it', async () => {
    const project = await newProject({ '.heddle/config.toml': '[decisions]\nenabled = true\n' })

    await ask(project, 'hello')

    const status = execFileSync('git', ['status', '--short', '-uall'], {
      cwd: project.root,
      encoding: 'utf8',
    })
    expect(status).toBe('?? .heddle/config.toml\n')
  })

  test('of one conversation share a session', async () => {
    const project = await newProject()

    const { code, stdout } = await ask(project, 'hello', [], { stdin: 'first\nsecond\n/clear\nthird\n' })
    const shown = await project.run(['graph', 'show', '--json'])

    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Hello.') as string })
    const { nodes } = JSON.parse(shown.stdout) as {
      nodes: { title: string; type: string; session: string }[]
    }
    const goals = nodes.filter(({ type }) => type === 'goal')
    expect(goals.map(({ title }) => title)).toEqual(['first', 'second', 'third'])
    const [a, b, c] = goals.map(({ session }) => session)
    expect([a === b, b === c]).toEqual([true, false])
  })

  test('at the same time both are recorded', async () => {
    const project = await newProject()

    const outcomes = await Promise.all(
      ['one', 'two', 'three'].map((prompt) => ask(project, 'hello', [prompt])),
    )
    const { stdout } = await project.run(['graph', 'query', '--type', 'goal', '--json'])

    expect(outcomes.map(({ code, stderr }) => [code, stderr.includes('warning')])).toEqual(
      Array<unknown>(3).fill([0, false]),
    )
    const { nodes } = JSON.parse(stdout) as { nodes: { title: string }[] }
    expect(nodes.map(({ title }) => title).sort()).toEqual(['one', 'three', 'two'])
  })
})

describe('no decisions', () => {
  test('outside of a project nothing is recorded, and no file is left', async () => {
    const project = await newProject({}, false)

    const { code, sent } = await ask(project, 'hello')

    expect(code).toBe(0)
    expect(sent).not.toContain('decision_log')
    expect(readdirSync(project.root)).toEqual([])
  })

  test('--no-decisions switches them off', async () => {
    const project = await newProject()

    const { code, sent } = await ask(project, 'hello', ['--no-decisions', 'do it'])

    expect(code).toBe(0)
    expect(sent).not.toContain('decision_log')
    expect(existsSync(join(project.root, '.heddle'))).toBe(false)
  })

  test('the settings switch them off', async () => {
    const project = await newProject({ '.heddle/config.toml': '[decisions]\nenabled = false\n' })

    const { sent } = await ask(project, 'hello')

    expect(sent).not.toContain('decision_log')
    expect(readdirSync(join(project.root, '.heddle'))).toEqual(['config.toml'])
  })

  test.each<[string, (project: Project) => Promise<void>]>([
    [
      'is damaged',
      (project) => project.write('.heddle/heddle.db', 'this is no database at all, '.repeat(100)),
    ],
    ['cannot be made', (project) => project.write('.heddle', 'a file')],
    [
      'is a link',
      async ({ root, home, write }) => {
        await write('.heddle/config.toml', '')
        await symlink(join(home, 'elsewhere.db'), join(root, '.heddle', 'heddle.db'))
      },
    ],
  ])('a database that %s is one warning, and the run goes on', async (_what, spoil) => {
    const project = await newProject()
    await spoil(project)

    const { code, stdout, stderr } = await ask(project, 'hello')

    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: 'Hello.' })
    const warnings = stderr.split('\n').filter((line) => line.startsWith('heddle: warning: '))
    expect(warnings).toEqual([expect.stringContaining('Decisions are neither read nor recorded: ')])
    expect(existsSync(join(project.home, 'elsewhere.db'))).toBe(false)
  })

  test('a database that is spoilt while a run goes on is one warning at its end', async () => {
    const project = await newProject()

    const { code, stdout, stderr } = await ask(project, 'spoils')

    expect(code).toBe(0)
    expect(stdout).toContain('Done all the same.')
    const warnings = stderr.split('\n').filter((line) => line.startsWith('heddle: warning: '))
    expect(warnings).toEqual([expect.stringContaining('Not all decisions of this run were recorded: ')])
    expect(existsSync(join(project.root, 'a.ts'))).toBe(true)
  })

  test('--tools leaves the tools of the graph out unless they are named', async () => {
    const project = await newProject()

    const none = await ask(project, 'hello', ['--tools', 'none', 'do it'])
    const named = await ask(project, 'hello', ['--tools', 'grep,decision_query', 'do it'])

    expect(none.sent).not.toContain('decision_')
    expect(named.sent).toContain('"decision_query"')
    expect(named.sent).not.toContain('"decision_log"')
  })
})

test('enforce_pre_edit denies an edit before a decision is logged', async () => {
  const project = await newProject({ '.heddle/config.toml': '[decisions]\nenforce_pre_edit = true\n' })

  const { code, sent } = await ask(project, 'edits')

  expect(code).toBe(0)
  expect(sent).toContain('no decision is logged in this session')
  expect(existsSync(join(project.root, 'a.ts'))).toBe(false)
})

test('a run that is killed has left everything that was shown', async () => {
  const project = await newProject()
  const [account] = accounts(provider)
  const heddle = project.start(['-m', account?.model('stalls') ?? '', 'Bound the cache'], {
    env: account?.env ?? {},
  })

  await heddle.printed('write_file')
  await heddle.printed('I wait')
  heddle.child.kill('SIGKILL')
  await heddle.ended
  const { code, stdout } = await project.run(['graph', 'show', '--json'])

  expect(code).toBe(0)
  const { nodes } = JSON.parse(stdout) as { nodes: { type: string; title: string }[] }
  expect(nodes.map(({ type, title }) => `${type}: ${title}`)).toEqual([
    'goal: Bound the cache',
    'action: Edit cache.ts',
  ])
})
