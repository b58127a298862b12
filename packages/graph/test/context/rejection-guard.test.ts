import { decisionGraph, rejectionGuard, withDecisions } from '@heddle/graph'
import type { DecisionGraph, GuardOptions } from '@heddle/graph'
import type { HookCall, HookContext, ToolResultPart } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { scene } from '../capture/scripted-agent.ts'
import { openTarget } from '../each-graph.ts'
import { graphMaker } from '../new-graph.ts'

const newGraph = graphMaker()

async function filled(graph: DecisionGraph): Promise<DecisionGraph> {
  await graph.write({
    nodes: [
      {
        id: 'redis',
        type: 'option',
        title: 'Store sessions in Redis',
        status: 'rejected',
        reason: 'no server to run',
      },
      {
        id: 'poll',
        type: 'decision',
        title: 'Poll the server for prices with a timer, every second',
        status: 'superseded',
        reason: 'too much load',
        files: ['src/feed.ts'],
      },
      {
        id: 'fifo',
        type: 'option',
        title: 'Drop the entry that was added first',
        status: 'rejected',
        reason: 'tests failed',
      },
      { id: 'lru', type: 'decision', title: 'Drop the entry that was used least recently' },
      {
        id: 'edit',
        type: 'action',
        title: 'Edit cache.ts',
        files: ['cache.ts'],
        description:
          'if (entries.size >= limit) entries.delete(entries.keys().next().value)\nentries.set(key, value)',
      },
      {
        id: 'cache',
        type: 'option',
        title: 'Cache prices in memory',
        status: 'rejected',
        reason: 'they go stale',
      },
      { id: 'minute', type: 'decision', title: 'Cache prices in memory for a minute' },
      {
        id: 'refused',
        type: 'option',
        title: 'Run rm -rf node_modules',
        description: 'rm -rf node_modules',
        status: 'rejected',
        reason: 'user said no: it takes long',
      },
      { id: 'short', type: 'option', title: 'Lodash', status: 'rejected', reason: 'too big' },
    ],
    edges: [{ from: 'fifo', to: 'edit', type: 'requires' }],
  })
  return graph
}

/** Makes one call after the agent said something. @returns What the model reads of it. */
async function readOf(
  graph: DecisionGraph,
  call: { readonly name: string; readonly input: { readonly [name: string]: string } },
  { text = '', ...options }: GuardOptions & { readonly text?: string } = {},
): Promise<ToolResultPart | undefined> {
  const { run } = scene(await newGraph())
  const definition = { hooks: [rejectionGuard(graph, options)] }
  const { messages } = await run('Go.', [{ text, toolCalls: [call] }, 'Done.'], { definition, bash: ['ok'] })
  return messages.flatMap(({ role, content }) => (role === 'tool' ? content : []))[0]
}

const edit = (path: string, text: string) => ({
  name: 'edit_file',
  input: { path, old_string: 'x', new_string: text },
})
const bash = (command: string) => ({ name: 'bash', input: { command } })

test.each([
  [
    'the same words in code',
    edit('src/session.ts', 'const redis = new Redis()\nexport const storeSession = redis'),
    '',
    'Store sessions in Redis',
  ],
  ['the same words in a command', bash('npm install redis-session-store'), '', 'Store sessions in Redis'],
  [
    'fewer words, in a file of it',
    edit('src/feed.ts', 'const timer = setInterval(() => poll(server), 500)'),
    '',
    'Poll the server for prices with a timer, every second',
  ],
  [
    'what the agent says it will do',
    edit('cache.ts', 'x'),
    "I'll drop the entry that was added first.",
    'Drop the entry that was added first',
  ],
  [
    'a command that was refused, within another one',
    bash('cd app && rm -rf  node_modules && npm ci'),
    '',
    'Run rm -rf node_modules',
  ],
  [
    'a few words in a long edit',
    edit(
      'src/session.ts',
      `// Sessions are stored in Redis.\n${Array.from({ length: 40 }, (_none, at) => `function unrelatedIdentifier${'abcdefghij'[at % 10]}${at}() {}`).join('\n')}`,
    ),
    '',
    'Store sessions in Redis',
  ],
  [
    'what a decision that holds says with more words',
    edit('a.ts', 'x'),
    "I'll cache prices in memory.",
    'Cache prices in memory',
  ],
  [
    'an edit that was made for it',
    edit(
      'cache.ts',
      'if (entries.size >= limit) { entries.delete(entries.keys().next().value) }\n entries.set(key, value)',
    ),
    '',
    'Drop the entry that was added first',
  ],
])('warns of %s', async (_case, call, text, title) => {
  const result = await readOf(await filled(await newGraph()), call, { text })

  expect(result).toMatchObject({ status: 'ok', output: expect.stringContaining(`“${title}”`) })
})

test.each([
  ['one word in common', edit('src/session.ts', 'export function storeFile() {}'), ''],
  ['two words in common, in a file of it', edit('src/feed.ts', '// the server that prices come from'), ''],
  ['what a refused command was about', bash('ls node_modules/.bin'), ''],
  ['a refused command that is written down', edit('ci.sh', 'rm -rf node_modules'), ''],
  ['some words in common, in another file', edit('src/poll.ts', 'const server = listen()'), ''],
  [
    'a decision that holds and says it as well',
    edit('a.ts', 'x'),
    "I'll cache prices in memory for a minute.",
  ],
  [
    'a decision that holds and is meant as much',
    edit('cache.ts', 'x'),
    "I'll drop the entry that was used least recently.",
  ],
  ['a rejection of a single word', edit('src/a.ts', "import lodash from 'lodash'"), ''],
  [
    'another edit of a file that was edited for it',
    edit('cache.ts', 'export function makeCache(limit) { return new Cache(limit, clock) }'),
    '',
  ],
  ['reading about it', { name: 'read_file', input: { path: 'store-sessions-in-redis.md' } }, ''],
])('does not warn of %s', async (_case, call, text) => {
  const result = await readOf(await filled(await newGraph()), call, { text })

  expect(JSON.stringify(result)).not.toContain('Warning')
})

test('refuses the call when told to, and lets it pass the second time', async () => {
  const graph = await filled(await newGraph())
  const { run } = scene(await newGraph())
  const call = { toolCalls: [bash('npm install redis-session-store')] }

  const { messages } = await run('Go.', [call, call, 'Done.'], {
    definition: { hooks: [rejectionGuard(graph, { mode: 'deny' })] },
    bash: ['added 1 package'],
  })

  const results = messages.flatMap(({ role, content }) => (role === 'tool' ? content : []))
  expect(results).toMatchObject([
    {
      status: 'error',
      error: {
        code: 'tool.denied',
        message:
          'Warning: this looks like the option “Store sessions in Redis”, which was rejected earlier: no server to run.\n' +
          'The call was not run. Do it another way; if the reason no longer holds, say why and call again.',
      },
    },
    { status: 'ok', output: 'added 1 package' },
  ])
})

test('warns each run once', async () => {
  const graph = await filled(await newGraph())
  const { run } = scene(await newGraph())
  const hooks = [rejectionGuard(graph)]
  const call = { toolCalls: [bash('npm install redis-session-store')] }
  const warnings: number[] = []

  for (let nth = 0; nth < 2; nth++) {
    const { messages } = await run('Go.', [call, call, 'Done.'], { definition: { hooks }, bash: ['a', 'b'] })
    warnings.push(JSON.stringify(messages).split('Warning').length - 1)
  }

  expect(warnings).toEqual([1, 1])
})

test('warns once of calls that are made side by side', async () => {
  const graph = await filled(await newGraph())
  const { run } = scene(await newGraph())
  const twice = [bash('npm install redis-session-store'), bash('npm add redis-session-store')]

  const { messages } = await run('Go.', [{ toolCalls: twice }, 'Done.'], {
    definition: { hooks: [rejectionGuard(graph)] },
    bash: ['a', 'b'],
  })

  expect(JSON.stringify(messages).split('Warning').length - 1).toBe(1)
})

test('tells the calls of different runs apart, whatever their ids', async () => {
  const { beforeTool, afterTool } = rejectionGuard(await filled(await newGraph()))
  const context = (runId: string): HookContext => ({
    runId,
    turn: 1,
    model: 'm',
    signal: new AbortController().signal,
  })
  const command = (text: string): HookCall => ({ callId: 'c', tool: 'bash', input: { command: text } })
  const result: ToolResultPart = {
    type: 'tool-result',
    callId: 'c',
    name: 'bash',
    status: 'ok',
    output: 'done',
  }

  await beforeTool?.(command('npm install redis-session-store'), context('one'))
  await beforeTool?.(command('ls'), context('two'))

  expect(await afterTool?.(result, context('two'))).toBeUndefined()
  expect(await afterTool?.(result, context('one'))).toMatchObject({
    output: expect.stringContaining('“Store sessions in Redis”'),
  })
})

test('keeps quiet about an edit that was also made for something that holds', async () => {
  const graph = await filled(await newGraph())
  await graph.write({ edges: [{ from: 'lru', to: 'edit', type: 'requires' }] })
  const again = edit(
    'cache.ts',
    'if (entries.size >= limit) { entries.delete(entries.keys().next().value) }\n entries.set(key, value)',
  )

  expect(await readOf(graph, again, { text: '' })).toMatchObject({ output: 'Edited.' })
})

test('and the context block leave a run alone when the graph cannot be read', async () => {
  const db = openTarget(':memory:')
  const graph = await decisionGraph(db, { project: 'test' })
  await db.destroy()
  const { run } = scene(await newGraph())
  const { hooks = [], instructions = '' } = withDecisions({ model: scriptedModel([]) }, graph)

  const { stop, text, messages } = await run(
    'Store sessions in Redis.',
    [{ toolCalls: [bash('npm install redis-session-store')] }, 'Done.'],
    { definition: { hooks, instructions }, bash: ['added 1 package'] },
  )

  expect(stop.reason).toBe('done')
  expect(text).toBe('Done.')
  expect(JSON.stringify(messages)).toContain('added 1 package')
})
