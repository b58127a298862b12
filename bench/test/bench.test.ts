import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'heddle-bench-test-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('measures every candidate and writes one row per figure', { timeout: 120_000 }, async () => {
  const file = join(folder, 'figures.json')

  const { code, stdout, stderr } = await bench('--rounds', '1', '--scale', '0.002', '--json', file)

  expect({ code, stderr }).toEqual({ code: 0, stderr: 'bench: round 1 of 1 …\n' })
  expect(stdout).toContain('The bars are judged at full scale only.')
  const rows = JSON.parse(await readFile(file, 'utf8')) as Row[]
  expect(rows.map(({ scenario, metric, candidate }) => `${scenario} ${metric} ${candidate}`)).toEqual([
    ...chatRows('stream', ['cpuUsPerDelta', 'peakRssMb'], WITH_SQLITE),
    ...chatRows('tool-loop-50', ['cpuUsPerStep', 'peakRssMb']),
    ...chatRows('tool-loop-400', ['cpuUsPerStep', 'peakRssMb']),
    ...chatRows('lone-steps', ['stepMs'], WITH_SQLITE),
    ...chatRows('agents-1000', ['cpuMsPerAgent', 'rssKbPerAgent', 'loopStallMs']),
    ...chatRows('slow-sink', ['pulledPercent', 'heldMb']),
    ...chatRows('leak', ['heldKbPerRun']),
    ...['chat', 'messages', 'responses', 'google'].flatMap((wire) =>
      chatRows(`wire-${wire}`, ['cpuUsPerDelta', 'peakRssMb'], ['fetch-loop', 'vendor-sdk', 'heddle']),
    ),
    'durable-log eventsPerSecond heddle-sqlite',
    'durable-log syncMs heddle-sqlite',
    ...chatRows(
      'graph',
      ['graphRowUs', 'graphWriteUs', 'graphWalkUs', 'graphSearchUs'],
      ['raw-sqlite', 'heddle'],
    ),
    ...chatRows('graph', ['contextMs', 'cascadeMs'], ['heddle']),
    'import cpuMs fetch-loop',
    'import cpuMs ai-sdk',
    'import cpuMs heddle',
    'import-core cpuMs fetch-loop',
    'import-core cpuMs heddle',
  ])
  for (const row of rows) {
    expect(Object.keys(row)).toEqual(['scenario', 'metric', 'candidate', 'median', 'ratio'])
    expect(row.median).toBeTypeOf('number')
    if (WITHOUT_RATIO.includes(row.metric)) expect(row.ratio).toBeNull()
    else if (row.metric.startsWith('cpu') && row.candidate === 'fetch-loop') expect(row.ratio).toBe(1)
    else if (row.metric.startsWith('cpu')) expect(row.ratio).toBeGreaterThan(0)
  }
})

test.for([
  [
    ['--only', 'strem'],
    'There is no scenario "strem"; there are stream, tool-loop-50, tool-loop-400, lone-steps',
  ],
  [['--rounds', '0'], '--rounds must be a whole number from 1 up, not "0".'],
  [['--scale', '2'], '--scale must be a number above 0 and at most 1, not "2".'],
  [['--fast'], "Unknown option '--fast'"],
] as const)('answers %j with one sentence', async ([args, sentence]) => {
  const { code, stdout, stderr } = await bench(...args)

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^bench: .*\n$/)
  expect(stderr).toContain(sentence)
})

interface Row {
  readonly scenario: string
  readonly metric: string
  readonly candidate: string
  readonly median: number
  readonly ratio: number | null
}

const EVERYBODY = ['fetch-loop', 'ai-sdk', 'heddle']
const WITH_SQLITE = [...EVERYBODY, 'heddle-sqlite']
const WITHOUT_RATIO = ['heldMb', 'heldKbPerRun', 'eventsPerSecond', 'syncMs', 'contextMs', 'cascadeMs']

function chatRows(scenario: string, metrics: readonly string[], candidates = EVERYBODY): string[] {
  return metrics.flatMap((metric) => candidates.map((candidate) => `${scenario} ${metric} ${candidate}`))
}

function bench(...args: string[]): Promise<{ code: unknown; stdout: string; stderr: string }> {
  const argv = ['--conditions=@heddle/source', MAIN, ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: folder }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr })
    })
  })
}
