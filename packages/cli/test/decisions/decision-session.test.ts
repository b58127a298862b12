import { agent } from '@heddle/core'
import type { RunLog, RunResult } from '@heddle/core'
import { captureRun, captureSink, decisionGraph, withDecisions } from '@heddle/graph'
import { openStore } from '@heddle/store'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CODING,
  FIRST_IN_FIRST_OUT,
  REQUEST,
  coder,
  newProject,
  openWorkplace,
  shownGraph,
} from './coding-session.ts'
import type { Workplace } from './coding-session.ts'

/** Whole, in the order in which it was made; then the links. */
const EXPECTED = [
  'goal “Keep the cache within its limit.” by user',
  'decision “Drop the entry that was added first, not Ask the server again for every lookup” by coder; superseded; because tests failed: not ok 1 - keeps what was used last; confidence 46',
  'option “Drop the entry that was added first” by coder; rejected; because tests failed: not ok 1 - keeps what was used last; confidence 33; in cache.mjs',
  'option “Ask the server again for every lookup” by coder; rejected; because would make every lookup slow',
  'action “Edit cache.mjs” by coder; in doubt; in cache.mjs; 1 commit',
  'outcome “Tests failed: node --test” by coder',
  'revisit “Reconsider: Drop the entry that was added first” by coder; because tests failed: not ok 1 - keeps what was used last',
  'decision “Drop the entry that was used least recently” by coder; confidence 75; in cache.mjs',
  'action “Edit cache.mjs” by coder; in cache.mjs; 1 commit',
  'outcome “Tests passed: node --test” by coder; 1 commit',
  'action “Commit Cache drops the least recently used entry” by coder; 1 commit',
  '“Drop the entry that was added first, not Ask the server again for every lookup” chosen “Drop the entry that was added first”',
  '“Drop the entry that was added first, not Ask the server again for every lookup” rejected “Ask the server again for every lookup”',
  '“Drop the entry that was added first” requires “Edit cache.mjs”',
  '“Drop the entry that was used least recently” requires “Edit cache.mjs”',
  '“Drop the entry that was used least recently” supersedes “Drop the entry that was added first, not Ask the server again for every lookup”',
  '“Edit cache.mjs” leads_to “Tests failed: node --test”',
  '“Edit cache.mjs” leads_to “Tests passed: node --test”',
  '“Keep the cache within its limit.” leads_to “Drop the entry that was added first, not Ask the server again for every lookup”',
  '“Reconsider: Drop the entry that was added first” leads_to “Drop the entry that was used least recently”',
  '“Reconsider: Drop the entry that was added first” revises “Drop the entry that was added first, not Ask the server again for every lookup”',
  '“Tests failed: node --test” leads_to “Reconsider: Drop the entry that was added first”',
  '“Tests passed: node --test” answers “Keep the cache within its limit.”',
  '“Tests passed: node --test” supports “Commit Cache drops the least recently used entry”',
]

const home = mkdtempSync(join(tmpdir(), 'heddle-decisions-'))
let count = 0
const places: Workplace[] = []
afterAll(async () => {
  for (const place of places) await place.store.close()
  rmSync(home, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = join(home, String(++count))
  mkdirSync(folder)
  newProject(folder)
  return folder
}

async function opened(folder: string): Promise<Workplace> {
  const place = await openWorkplace(folder)
  places.push(place)
  return place
}

/** The first session, as it goes when nothing happens to it. */
async function morning(place: Workplace): Promise<RunResult> {
  const { log } = place.store
  return agent(coder(place, CODING)).run(REQUEST, { log, runId: 'morning.1', sinks: [place.sink] }).result
}

describe('a coding session whose agent has no graph tool', () => {
  let place: Workplace
  beforeAll(async () => {
    place = await opened(newFolder())
    const { stop, sinkErrors } = await morning(place)
    expect({ stop, sinkErrors }).toEqual({ stop: { reason: 'done' }, sinkErrors: [] })
  })

  test('fills the graph with the goal, the options, the pivot, the outcomes and the commit', async () => {
    expect(await shownGraph(place.graph)).toEqual(EXPECTED)
  })

  test('is captured by the same ids, and nothing twice, from the log alone', async () => {
    const copy = join(home, 'copy')
    mkdirSync(copy)
    const other = await openStore(join(copy, 'heddle.db'))
    const graph = await decisionGraph(other.db, { project: 'cache' })
    const idsIn = async (of: Workplace['graph']): Promise<string[]> => (await of.nodes()).map(({ id }) => id)

    await captureRun(graph, place.store.log, 'morning.1')
    await captureRun(place.graph, place.store.log, 'morning.1')

    expect(await idsIn(graph)).toEqual(await idsIn(place.graph))
    expect(await shownGraph(place.graph)).toEqual(EXPECTED)
    await other.close()
  })

  test('tells the next session what was ruled out, and warns it once when it does it again', async () => {
    const again = {
      text: "I'll drop the entry that was added first.",
      toolCalls: [
        {
          name: 'write_file',
          input: { path: 'cache.mjs', content: `// once more\n${FIRST_IN_FIRST_OUT}` },
        },
      ],
    }
    const { model, ...rest } = coder(place, [again, again])
    const definition = withDecisions({ ...rest, model }, place.graph)

    const run = agent(definition).run('Make lookups in the cache quicker.', {
      log: place.store.log,
      runId: 'evening.1',
    })
    const { messages } = await run.result

    const [first] = model.requests
    expect(first?.instructions).toBe(
      [
        '# What was decided before (records, not instructions)',
        '',
        'Ruled out (do not do again without a new reason):',
        '- Ask the server again for every lookup (would make every lookup slow)',
        '',
        'Tried and given up:',
        '- Drop the entry that was added first (tests failed: not ok 1 - keeps what was used last; replaced by “Drop the entry that was used least recently”; confidence 33; in cache.mjs)',
        '',
        'Decided:',
        '- Drop the entry that was used least recently (confidence 75; in cache.mjs)',
      ].join('\n'),
    )
    const results = messages.flatMap(({ role, content }) => (role === 'tool' ? content : []))
    const warning =
      'Warning: this looks like the option “Drop the entry that was added first”, which was rejected earlier: tests failed: not ok 1 - keeps what was used last.'
    expect(
      results.map(({ output }) => (typeof output === 'string' ? output.split('\n\n').slice(1) : output)),
    ).toEqual([[warning], []])
    expect(model.requests.map(({ instructions }) => instructions === first?.instructions)).toEqual([
      true,
      true,
      true,
    ])
  })
})

describe('a session whose process is killed', () => {
  const undisturbed = newFolder()
  const events: { readonly seq: number; readonly type: string }[] = []
  beforeAll(async () => {
    const place = await opened(undisturbed)
    await morning(place)
    for await (const event of place.store.log.read('morning.1')) events.push(event)
  })

  /** A call that was begun may not be begun again, so the session would go another way: killed between calls. */
  const moments = (type: string, nth: number): number =>
    events.filter((event) => event.type === type)[nth]?.seq ?? 0

  test.each([
    ['run.started', 0, 'before'],
    ['tool.ended', 1, 'after'],
    ['tool.ended', 2, 'before'],
    ['tool.ended', 3, 'after'],
    ['tool.ended', 5, 'before'],
  ])(
    'has the same graph when it dies at %s %i, %s the capture, and is resumed',
    { timeout: 60_000 },
    async (type, nth, when) => {
      const folder = newFolder()

      const ended = await killed(folder, moments(type, nth), when)
      const place = await opened(folder)
      await untilFree(place.store.log, 'morning.1')
      const result = await agent(coder(place, CODING)).resume(place.store.log, 'morning.1', {
        sinks: [place.sink],
      }).result

      expect(ended).toBe('SIGKILL')
      expect({ stop: result.stop, sinkErrors: result.sinkErrors }).toEqual({
        stop: { reason: 'done' },
        sinkErrors: [],
      })
      expect(await shownGraph(place.graph)).toEqual(EXPECTED)
    },
  )
})

test('does a run well whose graph cannot be read or written, and says so', async () => {
  const place = await opened(newFolder())
  const { log } = place.store
  const other = await openStore(join(home, 'closed.db'))
  const lost = await decisionGraph(other.db, { project: 'cache' })
  await other.close()

  const { stop, sinkErrors } = await agent(withDecisions(coder(place, CODING), lost)).run(REQUEST, {
    log,
    sinks: [captureSink(lost, { log })],
  }).result

  expect(stop).toEqual({ reason: 'done' })
  expect(sinkErrors.map(({ code }) => code)).toEqual(['graph.failed'])
})

function killed(folder: string, seq: number, when: string): Promise<number | string> {
  const path = join(import.meta.dirname, 'children', 'work-and-die.ts')
  const child = spawn(process.execPath, ['--conditions=@heddle/source', path, folder, String(seq), when], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve) => child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown')))
}

/** The dead process holds the run until its lease is over. */
async function untilFree(log: RunLog, runId: string): Promise<void> {
  while ((await log.acquire(runId, 'test', 1_500)) === null) await sleep(50)
  await log.release(runId, 'test')
}
