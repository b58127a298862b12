import { autoLogCommits, gitIn } from '@heddle/graph'
import type { DecisionGraph, GitRunner } from '@heddle/graph'
import { afterAll, expect, test } from 'vitest'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { graphMaker } from '../new-graph.ts'

const newGraph = graphMaker()
const home = mkdtempSync(join(tmpdir(), 'heddle-commits-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

interface Repository {
  readonly git: GitRunner
  /** Writes a file and commits it. @returns The hash. */
  commit(file: string, ...message: readonly string[]): string
  run(...args: readonly string[]): string
}

/** A repository whose commits are made at noon of 1 January 2026, so that the window is known. */
const NOON_MS = Date.UTC(2026, 0, 1, 12)

function newRepository(): Repository {
  const folder = mkdtempSync(join(home, 'repository-'))
  const date = new Date(NOON_MS).toISOString()
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_COMMITTER_DATE: date,
    GIT_AUTHOR_DATE: date,
  }
  const run = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    }).trim()
  run('init', '--quiet', '--initial-branch=main')
  let count = 0
  return {
    git: gitIn(folder),
    run,
    commit(file, ...message) {
      writeFileSync(join(folder, file), `${++count}\n`)
      run('add', '--all')
      run('commit', '--quiet', ...message.flatMap((part) => ['--message', part]))
      return run('rev-parse', 'HEAD')
    },
  }
}

async function write(graph: DecisionGraph, id: string, title: string, more: object = {}): Promise<void> {
  await graph.write({ nodes: [{ id, type: 'action', title, createdAtMs: NOON_MS - 60_000, ...more }] })
}

test('links commits by their trailers', async () => {
  const graph = await newGraph()
  const { git, commit } = newRepository()
  await write(graph, 'd1', 'Something else')
  await write(graph, 'd2', 'Another thing')

  const hash = commit('a.ts', 'Rework', 'Why not.\n\nHeddle-Decision: d1, d2\nHeddle-Decision: unknown')
  const { links } = await autoLogCommits(graph, git)

  expect(links).toEqual([
    { commit: hash, node: 'd1', by: 'trailer', score: 1 },
    { commit: hash, node: 'd2', by: 'trailer', score: 1 },
  ])
  expect((await graph.get(['d1']))[0]?.commits).toEqual([hash])
})

test('links commits by the words and files that they share with recent work, and says how much', async () => {
  const graph = await newGraph()
  const { git, commit } = newRepository()
  await write(graph, 'edit', 'Edit cache.ts', { files: ['cache.ts'] })
  await write(graph, 'decided', 'Evict the least recently used entry', { type: 'decision' })
  await write(graph, 'elsewhere', 'Edit login.ts', { files: ['login.ts'] })
  await write(graph, 'unlike', 'Round numbers before they are summed')
  await write(graph, 'old', 'Evict the least recently used entry', { createdAtMs: NOON_MS - 25 * 3_600_000 })
  await write(graph, 'later', 'Evict the least recently used entry', { createdAtMs: NOON_MS + 120_000 })

  const hash = commit('cache.ts', 'Cache: evict the entry used least recently')
  const { links } = await autoLogCommits(graph, git)

  expect(links).toEqual([
    { commit: hash, node: 'decided', by: 'content', score: 1 },
    { commit: hash, node: 'edit', by: 'content', score: 1 },
  ])
  expect((await autoLogCommits(graph, git)).links).toEqual([])
})

test('gives work to the first commit that holds it, and none to the next', async () => {
  const graph = await newGraph()
  const { git, commit } = newRepository()
  await write(graph, 'edit', 'Edit cache.ts', { files: ['cache.ts'] })

  const first = commit('cache.ts', 'One')
  commit('cache.ts', 'Two')
  const { links } = await autoLogCommits(graph, git)

  expect(links.map(({ commit: hash }) => hash)).toEqual([first])
})

test('lowers the confidence of the decision behind a commit that was reverted, once', async () => {
  const graph = await newGraph()
  const { git, commit, run } = newRepository()
  commit('cache.ts', 'Begin')
  const hash = commit('cache.ts', 'Evict by age')
  run('revert', '--no-edit', 'HEAD')
  const reverting = run('rev-parse', 'HEAD')
  await graph.write({
    nodes: [
      { id: 'd', type: 'decision', title: 'Evict by age', confidence: 80 },
      { id: 'a', type: 'action', title: 'Edit cache.ts', commits: [hash] },
    ],
    edges: [{ from: 'd', to: 'a', type: 'requires' }],
  })

  const { reverts } = await autoLogCommits(graph, git)
  await autoLogCommits(graph, git)

  expect(reverts).toEqual([{ commit: reverting, reverted: hash }])
  const [decision] = await graph.get(['d'])
  expect(decision).toMatchObject({ confidence: 44, commits: [reverting] })
  expect((await graph.confidenceHistory('d')).at(-1)?.because).toBe(
    `commit ${hash.slice(0, 10)} was reverted by ${reverting.slice(0, 10)}`,
  )
})

test('takes a range for a range, whatever it looks like', async () => {
  const graph = await newGraph()
  const { git, commit } = newRepository()
  commit('a.ts', 'One')

  await expect(autoLogCommits(graph, git, { range: '--output=stolen' })).rejects.toThrow()
})

test('links no work on other files, and nothing by its words once the commit is known', async () => {
  const graph = await newGraph()
  const { git, commit } = newRepository()
  await write(graph, 'elsewhere', 'Evict the oldest entry', { files: ['pool.ts'] })
  await write(graph, 'alike', 'Round numbers before they are summed')
  commit('cache.ts', 'Evict the oldest entry')
  const hash = commit('sum.ts', 'Round numbers before they are summed')
  await write(graph, 'captured', 'Commit Round numbers', { commits: [hash] })

  expect((await autoLogCommits(graph, git)).links).toEqual([])
})
