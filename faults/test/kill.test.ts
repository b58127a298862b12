import { describe, expect, onTestFinished, test } from 'vitest'
import { killRows, runKillRow } from '../src/kill-rows.ts'
import type { KillOptions } from '../src/kill-rows.ts'
import { auditRun } from '../src/kill/audit-run.ts'
import { driveToEnd } from '../src/kill/doomed-run.ts'
import type { DoomedRun } from '../src/kill/doomed-run.ts'
import { killWorld, whyNot } from '../src/kill/kill-world.ts'
import type { KillWorld } from '../src/kill/kill-world.ts'
import type { SabotageName } from '../src/kill/sabotages.ts'
import { totalOf } from '../src/total.ts'

const few: KillOptions = {
  seed: 1,
  kills: 4,
  isChosen: (_, at) => at % 90 === 40,
  sabotage: null,
}

/** A server differs from a file in its commits, so one row shows what the whole suite looks at. */
const trials = [
  ...killRows.map((row) => ({ ...row, on: 'sqlite' as const })),
  ...killRows.slice(0, 1).map((row) => ({ ...row, on: 'postgres' as const })),
].filter(({ on }) => whyNot(on) === null)

test.each(trials)(
  '$row $name, on $on: nothing is lost or repeated',
  { timeout: 60_000 },
  async ({ on, ...row }) => {
    const { outcome, detail } = await runKillRow(row, on, few)

    expect(detail).toMatch(
      /^\d+ kills .*; \d+ runs, 0 lost; \d+ acknowledged events, 0 lost; \d+ once effects, 0 repeated$/,
    )
    expect(outcome).toBe('survived')
  },
)

/** Broken drivers, the row that must notice, and what it says then. */
const sabotages: readonly {
  readonly sabotage: SabotageName
  readonly row: string
  /** At which it is killed, for it to show. */
  readonly points?: RegExp
  readonly says: RegExp
}[] = [
  {
    sabotage: 'early acknowledgement',
    row: 'kill -9 at every labelled point',
    points: /^told result of cut 1$/,
    says: /acknowledged events, [1-9]\d* lost/,
  },
  {
    sabotage: 'repeats everything',
    row: 'kill -9 at every labelled point',
    points: /^amid effect of cut 1$/,
    says: /once effects, [1-9]\d* repeated$/,
  },
  {
    sabotage: 'forgets keys',
    row: 'kill -9 at every labelled point',
    points: /^after effect of dye 2$/,
    says: /dye \d+ \(begun 2 times, ended 2 times\) had 2 keys$/,
  },
  { sabotage: 'deaf', row: 'kill -9 at random moments', says: /waits for an answer that was given$/ },
  {
    sabotage: 'deaf',
    row: 'approvals while nobody drives the run',
    says: /waits for an answer that was given$/,
  },
  {
    sabotage: 'credulous',
    row: 'approvals while nobody drives the run',
    says: /what came of the call: "ok" instead of "denied"$/,
  },
]

test.each(sabotages)(
  'the row "$row" is lost with a driver that is broken: $sabotage',
  { timeout: 60_000 },
  async ({ sabotage, row: name, points = /./, says }) => {
    const row = killRows.find((one) => one.name === name)
    const isChosen = (point: string): boolean => points.test(point)

    const outcome = row && (await runKillRow(row, 'sqlite', { ...few, isChosen, sabotage }))

    expect(outcome?.detail).toMatch(says)
    expect(outcome?.outcome).toBe('lost')
  },
)

describe('the audit of a run', () => {
  test('counts an event that was told and is not in the log as it was told', async () => {
    const { world, run } = await endedRun()
    const [first] = run.drives
    const unheard = { ...run, drives: [...run.drives, { ...first, told: ['{"seq":3,"type":"invented"}'] }] }

    const { lost } = await auditRun(world, unheard as DoomedRun)

    expect(lost).toBe(1)
  })

  test('finds an event that was changed in the database', async () => {
    const { world, run } = await endedRun()
    const third = world.store.db.updateTable('run_event').where('run_id', '=', run.runId).where('seq', '=', 3)
    await third.set({ body: '{"seq":3,"type":"invented"}' }).execute()

    await expect(auditRun(world, run)).rejects.toThrow('run_1: the chain breaks at event 3')
  })

  test('finds an event that was taken out of the database', async () => {
    const { world, run } = await endedRun()
    await world.store.db
      .deleteFrom('run_event')
      .where('run_id', '=', run.runId)
      .where('seq', '=', 3)
      .execute()

    await expect(auditRun(world, run)).rejects.toThrow('run_1: event 4 follows event 2')
  })
})

test('a row without its database is skipped, and counts as neither', () => {
  expect(whyNot('postgres', '/nowhere')).toBe('no PostgreSQL')
  expect(totalOf([{ outcome: 'survived' }, { outcome: 'skipped' }, { outcome: 'lost' }])).toBe(
    'faults survived: 1/2, 1 skipped',
  )
})

async function endedRun(): Promise<{ world: KillWorld; run: DoomedRun }> {
  const world = await killWorld('sqlite')
  onTestFinished(() => world.close())
  return { world, run: await driveToEnd(world, { letters: [{ at: 'early', says: 'allow' }] }) }
}
