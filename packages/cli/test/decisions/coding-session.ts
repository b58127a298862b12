import type { AgentDefinition, ModelRequest, Sink } from '@heddle/core'
import { captureSink, decisionGraph, gitIn } from '@heddle/graph'
import type { DecisionGraph } from '@heddle/graph'
import { openStore } from '@heddle/store'
import type { Store } from '@heddle/store'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedAnswer, ScriptedModel } from '@heddle/testkit'
import { builtinTools } from '@heddle/tools'
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

const CACHE = `export function makeCache(limit) {
  const entries = new Map()
  return {
    get: (key) => entries.get(key),
    set: (key, value) => void entries.set(key, value),
  }
}
`

export const FIRST_IN_FIRST_OUT = `    set(key, value) {
      if (entries.size >= limit) entries.delete(entries.keys().next().value)
      entries.set(key, value)
    },`

const LEAST_RECENTLY_USED = `    get(key) {
      const value = entries.get(key)
      entries.delete(key)
      entries.set(key, value)
      return value
    },`

const CACHE_TEST = `import assert from 'node:assert/strict'
import test from 'node:test'
import { makeCache } from './cache.mjs'

test('keeps what was used last', () => {
  const cache = makeCache(2)
  cache.set('a', 1)
  cache.set('b', 2)
  cache.get('a')
  cache.set('c', 3)
  assert.equal(cache.get('a'), 1, 'the entry that was just used is gone')
})
`

/** A project with a cache without bounds, and a test that it does not pass yet. */
export function newProject(folder: string): void {
  writeFileSync(join(folder, 'cache.mjs'), CACHE)
  writeFileSync(join(folder, 'cache.test.mjs'), CACHE_TEST)
  writeFileSync(join(folder, '.gitignore'), 'heddle.db*\n')
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['config', 'user.name', 'Ada'],
    ['config', 'user.email', 'ada@example.com'],
    ['add', '--all'],
    ['commit', '--quiet', '--message', 'A cache without bounds'],
  ])
    execFileSync('git', args, { cwd: folder, env: gitEnvironment() })
}

/** So that whoever runs the tests has no part in it. */
function gitEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
}

export const REQUEST = 'Keep the cache within its limit.'

/** The work of one session: two ways, one of them tried, a failing test, another way, a commit. No graph tool. */
export const CODING: readonly ScriptedAnswer[] = [
  {
    text: [
      'There are two ways to do it.',
      '',
      '- Option A: Drop the entry that was added first. A line of code.',
      '- Option B: Ask the server again for every lookup. Keeps nothing.',
      '',
      "I'll go with Option A because it needs no bookkeeping. Option B would make every lookup slow.",
    ].join('\n'),
    toolCalls: [{ name: 'read_file', input: { path: 'cache.mjs' } }],
  },
  {
    toolCalls: [
      {
        name: 'edit_file',
        input: {
          path: 'cache.mjs',
          old_string: '    set: (key, value) => void entries.set(key, value),',
          new_string: FIRST_IN_FIRST_OUT,
        },
      },
    ],
  },
  { toolCalls: [{ name: 'bash', input: { command: 'node --test' } }] },
  {
    text: "An entry that was just used is dropped. I'll take a different approach: drop the entry that was used least recently.",
    toolCalls: [
      {
        name: 'edit_file',
        input: {
          path: 'cache.mjs',
          old_string: '    get: (key) => entries.get(key),',
          new_string: LEAST_RECENTLY_USED,
        },
      },
    ],
  },
  { toolCalls: [{ name: 'bash', input: { command: 'node --test' } }] },
  {
    toolCalls: [
      {
        name: 'bash',
        input: { command: 'git add --all && git commit -m "Cache drops the least recently used entry"' },
      },
    ],
  },
  { text: 'The cache drops the entry that was used least recently.' },
]

/** Everything that a session needs, in one database file. */
export interface Workplace {
  readonly store: Store
  readonly graph: DecisionGraph
  readonly sink: Sink
  readonly folder: string
}

export async function openWorkplace(folder: string): Promise<Workplace> {
  const store = await openStore(join(folder, 'heddle.db'))
  const graph = await decisionGraph(store.db, { project: 'cache' })
  const sink = captureSink(graph, { log: store.log, git: gitIn(folder) })
  return { store, graph, sink, folder }
}

/**
 * What an agent in this project is made of. Its model answers by what it has said in the run so far, so that
 * another process can go on with it.
 */
export function coder(
  { folder }: Workplace,
  turns: readonly ScriptedAnswer[],
): AgentDefinition & { readonly model: ScriptedModel } {
  const answer = ({ messages }: ModelRequest): ScriptedAnswer => {
    const lastInput = messages.findLastIndex(({ role }) => role === 'user')
    const said = messages.slice(lastInput).filter(({ role }) => role === 'assistant').length
    return turns[said] ?? { text: 'Done.' }
  }
  return {
    name: 'coder',
    model: scriptedModel([answer], { repeatLast: true }),
    tools: builtinTools({ root: folder, env: gitEnvironment() }),
  }
}

/** The graph as lines that can be read: nodes in the order they were made, links by titles. */
export async function shownGraph(graph: DecisionGraph): Promise<string[]> {
  const nodes = await graph.nodes({ order: 'oldest', limit: 1_000 })
  const titles = new Map(nodes.map(({ id, title }) => [id, title]))
  const edges = await graph.edges(nodes.map(({ id }) => id))
  const shown = nodes.map(({ type, title, status, reason, confidence, files, commits, doubts, author }) =>
    [
      `${type} “${title}” by ${author.name}`,
      ...(status === 'active' ? [] : [status]),
      ...(reason === '' ? [] : [`because ${reason}`]),
      ...(confidence === null ? [] : [`confidence ${confidence}`]),
      ...(doubts.length === 0 ? [] : ['in doubt']),
      ...(files.length === 0 ? [] : [`in ${files.join(', ')}`]),
      ...(commits.length === 0 ? [] : [`${commits.length} commit`]),
    ].join('; '),
  )
  const links = edges.map(({ from, to, type }) => `“${titles.get(from)}” ${type} “${titles.get(to)}”`)
  return [...shown, ...links.sort()]
}
