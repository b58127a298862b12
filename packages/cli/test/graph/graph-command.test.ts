import type { GraphNode } from '@heddle/graph'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgresPrograms, startPostgres } from '@heddle/testkit/postgres'
import { commandLine, makeProject } from '../heddle-process.ts'
import type { Outcome, Project } from '../heddle-process.ts'

const projects: Project[] = []
afterAll(async () => {
  for (const project of projects) await project.remove()
})

async function newProject(): Promise<Project> {
  const project = await makeProject()
  projects.push(project)
  execFileSync('git', ['init', '--quiet', project.root])
  return project
}

function graph(project: Project, ...args: string[]): Promise<Outcome> {
  return project.run(['graph', ...args])
}

async function json<T>(project: Project, ...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await graph(project, ...args, '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout) as T
}

/** What is printed, each line without its id. */
function withoutIds(stdout: string): string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^[a-z0-9]{7} {2}/, ''))
}

interface Logged {
  readonly node: GraphNode
  readonly options: readonly GraphNode[]
}

describe('a graph that is written by hand', () => {
  let project: Project
  let goal: Logged
  let decision: Logged
  beforeAll(async () => {
    project = await newProject()
    goal = await json<Logged>(project, 'log', 'goal', 'Keep the cache within its limit')
    decision = await json<Logged>(
      project,
      ...['log', 'decision', 'How entries leave the cache', '--parent', goal.node.id.slice(2, 9)],
      ...[
        '--chosen',
        'Drop what was used last',
        '--option',
        'Count them',
        '--confidence',
        '75',
        '--file',
        'src/cache.ts',
      ],
      ...['--rejected', 'Ask the server: every lookup would be slow'],
    )
  })

  test('holds what was said, by the person who said it', () => {
    expect(decision.node).toMatchObject({
      type: 'decision',
      confidence: 75,
      files: ['src/cache.ts'],
      author: { kind: 'person' },
    })
    expect(decision.options.map(({ title, status, reason }) => [title, status, reason])).toEqual([
      ['Drop what was used last', 'chosen', ''],
      ['Count them', 'active', ''],
      ['Ask the server', 'rejected', 'every lookup would be slow'],
    ])
  })

  test('is shown as a tree', async () => {
    const { stdout } = await graph(project, 'show')

    const [first, second, ...options] = withoutIds(stdout)
    expect([first, second]).toEqual([
      'goal  Keep the cache within its limit',
      '└─ decision  How entries leave the cache  75 %',
    ])
    expect(options.map((line) => line.replace(/^ *[├└]─ /, '')).sort()).toEqual([
      'option  Ask the server  rejected · every lookup would be slow',
      'option  Count them',
      'option  Drop what was used last  chosen',
    ])
  })

  test('is shown entry by entry, with its links', async () => {
    const { stdout } = await graph(project, 'show', decision.node.id)
    const details = await json<{ edges: unknown[]; neighbours: unknown[] }>(project, 'show', decision.node.id)

    expect(stdout).toContain(`id         ${decision.node.id}\n`)
    expect(stdout).toContain('← leads_to goal  Keep the cache within its limit\n')
    expect(stdout).toContain('rejected → option  Ask the server  rejected · every lookup would be slow\n')
    expect([details.edges.length, details.neighbours.length]).toEqual([4, 4])
  })

  test.each([
    ['svg', '<svg'],
    ['dot', 'digraph'],
    ['mermaid', 'flowchart'],
  ])('is drawn as %s, into a file', async (format, begin) => {
    const { code, stdout } = await graph(
      project,
      'show',
      '--roots',
      goal.node.id,
      '--format',
      format,
      '-o',
      `g.${format}`,
    )

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(readFileSync(join(project.root, `g.${format}`), 'utf8')).toContain(begin)
  })

  test('is searched and consulted', async () => {
    const found = await graph(project, 'query', 'server')
    const rejected = await graph(project, 'query', '--status', 'rejected', '--type', 'option')
    const file = await json<{ nodes: GraphNode[] }>(project, 'query', '--file', 'src/cache.ts')
    const about = await graph(project, 'consult', 'server lookups')

    const line = 'option       Ask the server  rejected · every lookup would be slow'
    expect([withoutIds(found.stdout), withoutIds(rejected.stdout)]).toEqual([[line], [line]])
    expect(file.nodes.map(({ id }) => id)).toEqual([decision.node.id])
    expect(withoutIds(about.stdout)).toEqual(['Ruled out', line])
  })

  test('is reported on', async () => {
    const pulse = await json<{ health: number; activeGoals: GraphNode[] }>(project, 'pulse')
    const [shown, story, pull] = await Promise.all([
      graph(project, 'pulse'),
      graph(project, 'narrative', '--goal', goal.node.id),
      json<{ markdown: string }>(project, 'writeup', '--title', 'A smaller cache'),
    ])

    expect(pulse.activeGoals.map(({ id }) => id)).toEqual([goal.node.id])
    expect(shown.stdout).toMatch(new RegExp(`^Health ${pulse.health} of 100\n\nOpen goals\n`))
    expect(story.stdout).toMatch(/^# Keep the cache within its limit\n/)
    expect(pull.markdown).toMatch(/^# A smaller cache\n/)
  })

  test('is exported, and brought in elsewhere once', async () => {
    const other = await newProject()
    const file = join(project.root, 'decisions.jsonl')

    const exported = await graph(project, 'export', '-o', 'decisions.jsonl')
    const first = await graph(other, 'import', file)
    const second = await graph(other, 'import', file)
    const piped = await other.run(['graph', 'import', '-'], { stdin: readFileSync(file, 'utf8') })
    const again = await graph(other, 'export')

    expect(exported.stdout).toBe('10 lines in decisions.jsonl\n')
    expect(first.stdout).toBe(
      '5 nodes added, 0 changed, 0 as before; 4 links added, 0 changed, 0 as before.\n',
    )
    expect(second.stdout).toBe(
      '0 nodes added, 0 changed, 5 as before; 0 links added, 0 changed, 4 as before.\n',
    )
    expect(piped.stdout).toBe(second.stdout)
    expect(again.stdout).toBe(readFileSync(file, 'utf8'))
  })

  test('is read by a program that leaves early', async () => {
    const { command, env } = commandLine(project, ['graph', 'export'])
    const child = spawn('sh', ['-c', '"$@" | head -n 1', 'sh', ...command], { cwd: project.root, env })
    let out = ''
    child.stdout.on('data', (data: Buffer) => (out += data.toString()))
    let err = ''
    child.stderr.on('data', (data: Buffer) => (err += data.toString()))
    await new Promise((resolve) => child.on('close', resolve))

    expect([out.trim().split('\n').length, err]).toEqual([1, ''])
  })
})

test('a decision is given up for another', async () => {
  const project = await newProject()
  const { node } = await json<Logged>(project, 'log', 'decision', 'Drop the entry that was added first')

  const { code, stdout } = await graph(
    project,
    'pivot',
    node.id,
    'The tests fail',
    'Drop the least recently used',
  )
  const twice = await graph(project, 'pivot', node.id, 'again', 'something')
  const { stdout: tree } = await graph(project, 'show')

  expect(code).toBe(0)
  expect(withoutIds(stdout)[0]).toBe(
    'decision  Drop the entry that was added first  superseded · The tests fail',
  )
  expect(withoutIds(tree)).toEqual([
    'decision  Drop the entry that was added first  superseded · The tests fail',
    '└─ observation  The tests fail',
    `   └─ revisit  Reconsider: Drop the entry that was added first  revises ${node.id.slice(2, 9)} · The tests fail`,
    `      └─ decision  Drop the least recently used  supersedes ${node.id.slice(2, 9)}`,
  ])
  expect(twice).toMatchObject({ code: 2, stdout: '' })
  expect(twice.stderr).toMatch(
    /^heddle: "Drop the entry that was added first" is superseded already;[^\n]*\n$/,
  )
})

test.each([
  [70, ['Use it']],
  [50, []],
])('with a threshold of %i, what rests on a confidence of 60 is in doubt: %j', async (threshold, doubted) => {
  const project = await newProject()
  await project.write('.heddle/config.toml', `[decisions]\ncascade_threshold = ${threshold}\n`)

  const { node } = await json<Logged>(project, 'log', 'decision', 'Trust the cache', '--confidence', '60')
  await graph(project, 'log', 'action', 'Use it', '--parent', node.id, '--edge', 'requires')
  const { nodes } = await json<{ nodes: GraphNode[] }>(project, 'query', '--uncertain')

  expect(nodes.map(({ title }) => title)).toEqual(doubted)
})

test('git merges exported graphs of two branches', async () => {
  const project = await newProject()
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=a@b.c', ...args], {
      cwd: project.root,
      env: { ...process.env, HOME: project.home },
      encoding: 'utf8',
    })
  const { command } = commandLine(project, ['graph', 'merge', '%O', '%A', '%B'])
  git(
    'config',
    'merge.heddle-graph.driver',
    command
      .map((word) => `'${word}'`)
      .join(' ')
      .replace(/'(%.)'/g, '$1'),
  )
  await project.write('.gitattributes', 'decisions.jsonl merge=heddle-graph\n')
  const commit = async (title: string): Promise<void> => {
    await graph(project, 'log', 'observation', title)
    await graph(project, 'export', '-o', 'decisions.jsonl')
    git('add', '--all')
    git('commit', '--quiet', '--message', title)
  }
  await commit('from the start')
  git('checkout', '--quiet', '-b', 'side')
  await commit('from the side')
  git('checkout', '--quiet', '-')
  execFileSync('rm', ['-r', join(project.root, '.heddle')])
  await graph(project, 'import', 'decisions.jsonl')
  await commit('from the trunk')

  git('merge', '--quiet', '--no-edit', 'side')

  const merged = readFileSync(join(project.root, 'decisions.jsonl'), 'utf8')
  expect(
    ['from the start', 'from the side', 'from the trunk'].map((title) => merged.split(title).length - 1),
  ).toEqual([1, 1, 1])
})

describe('where there is no graph', () => {
  test('looking leaves nothing behind', async () => {
    const project = await newProject()

    const { code, stdout } = await graph(project, 'show')
    const list = await json<unknown>(project, 'log')

    expect({ code, stdout }).toEqual({
      code: 0,
      stdout:
        'Nothing is recorded here yet: runs in this project will be, and heddle graph log writes by hand.\n',
    })
    expect(list).toEqual({ nodes: [] })
    expect(existsSync(join(project.root, '.heddle'))).toBe(false)
  })

  test.each<[string[], RegExp]>([
    [['show', 'zzz'], /^heddle: There is no node "zzz"; [^\n]+\n$/],
    [['log', 'decision'], /^heddle: Say what the decision is: [^\n]+\n$/],
    [['log', 'thing', 'x'], /^heddle: [^\n]*Allowed choices are goal[^\n]*\n$/],
    [['log', 'goal', 'x', '--option', 'y'], /^heddle: Only a decision has options; [^\n]+\n$/],
    [['log', 'decision', 'x', '--rejected', 'y'], /^heddle: "y" does not say why it was rejected; [^\n]+\n$/],
    [['log', 'decision', 'x', '--confidence', '101'], /^heddle: [^\n]*whole number from 0 to 100[^\n]*\n$/],
    [['show', '--db', 'nowhere.db'], /^heddle: There is no database at \/[^\n]+nowhere\.db\.\n$/],
    [['import', 'nowhere.jsonl'], /^heddle: \/[^\n]+nowhere\.jsonl cannot be read: [^\n]+\n$/],
    [['-C', '/', 'show'], /^heddle: \/ is in no project: [^\n]+\n$/],
    [['log', 'goal', 'x', '--project', '*'], /^heddle: A node belongs to one project; [^\n]+\n$/],
  ])('%j is told in one sentence, with code 2', async (args, sentence) => {
    const project = await newProject()

    const { code, stdout, stderr } = await graph(project, ...args)

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(sentence)
  })
})

const programs = postgresPrograms()
test.skipIf(programs === null)('a PostgreSQL database is named by its URL', async () => {
  const postgres = await startPostgres(programs ?? '', { isDurable: false })
  const url = postgres.newDatabase()
  const project = await newProject()
  const place = ['--db', url, '--project', 'cache']

  const { code, stderr } = await graph(project, 'log', 'goal', 'Over there', ...place)
  const there = await graph(project, 'show', ...place)
  const others = await graph(project, 'show', '--db', url)
  await postgres.stop()

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(withoutIds(there.stdout)).toEqual(['goal  Over there'])
  expect(others.stdout).toMatch(/^Nothing is recorded here yet/)
  expect(existsSync(join(project.root, '.heddle'))).toBe(false)
})
