import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { spawnFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeScripts } from '@heddle/testkit/fake-provider'
import { judgeBars } from './bars.ts'
import type { JudgedBar } from './bars.ts'
import { BenchError } from './bench-error.ts'
import { readOptions, usage } from './options.ts'
import type { BenchOptions } from './options.ts'
import { barsTable, figuresTable } from './report.ts'
import { runRounds } from './run-rounds.ts'
import { summarise } from './samples.ts'
import type { Sample, Summary } from './samples.ts'
import { scenarios } from './scenarios.ts'
import type { Scenario } from './scenario.ts'

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  const all = scenarios({ scale: options.scale, hasStore: hasStore() })
  if (options.isHelp) {
    process.stdout.write(usage(all.map(({ name }) => name)))
    return 0
  }
  const chosen = chosenOf(all, options)
  process.stdout.write(`${header(options)}\n\n`)
  const samples = await measureAll(options, chosen)
  const summaries = summarise(samples, chosen)
  process.stdout.write(`${figuresTable(summaries)}\n`)
  if (options.jsonFile !== null) await writeJson(options.jsonFile, summaries)

  if (options.scale < 1) {
    process.stdout.write('\nThe bars are judged at full scale only.\n')
    return 0
  }
  const bars = judgeBars(samples)
  process.stdout.write(`\n${barsTable(bars)}\n${verdict(bars)}\n`)
  return options.isCheck && bars.some(({ isMet }) => !isMet) ? 1 : 0
}

function chosenOf(all: readonly Scenario[], { only }: BenchOptions): readonly Scenario[] {
  const names = all.map(({ name }) => name)
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new BenchError(`There is no scenario "${unknown}"; there are ${names.join(', ')}.`)
  }
  return only.length === 0 ? all : all.filter(({ name }) => only.includes(name))
}

/** Whether the store can be imported; where it was not built, its folder is there all the same. */
function hasStore(): boolean {
  return existsSync(fileURLToPath(import.meta.resolve('@heddle/store')))
}

function header({ rounds, scale }: BenchOptions): string {
  const [first, ...others] = cpus()
  const machine = `${others.length + 1} x ${first?.model ?? 'unknown CPU'}`
  const isBuilt = !import.meta.resolve('@heddle/core').endsWith('.ts')
  const packages = isBuilt ? 'built packages' : 'packages from sources: import figures mean nothing'
  const work = scale === 1 ? '' : `, scale ${scale}`
  const left = hasStore() ? '' : '; without heddle-sqlite: @heddle/store is not built'
  return `Node ${process.versions.node}, ${machine}; ${packages}; ${rounds} round(s)${work}, ratios to each scenario's first candidate${left}`
}

async function measureAll(options: BenchOptions, chosen: readonly Scenario[]): Promise<Sample[]> {
  const scripts = Object.assign({}, ...chosen.map((scenario) => scenario.scripts)) as FakeScripts
  const provider = await spawnFakeProvider(scripts, { keepRequests: 0 })
  try {
    return await runRounds({
      scenarios: chosen,
      count: options.rounds,
      provider,
      profileFolder: options.profileFolder,
      onRound: (round) => process.stderr.write(`bench: round ${round} of ${options.rounds} …\n`),
    })
  } finally {
    await provider.close()
  }
}

async function writeJson(file: string, summaries: readonly Summary[]): Promise<void> {
  const rows = summaries.map(({ scenario, metric, candidate, median, ratio }) => ({
    scenario,
    metric,
    candidate,
    median,
    ratio,
  }))
  await writeFile(file, `${JSON.stringify(rows, null, 2)}\n`).catch((error: Error) => {
    throw new BenchError(`The figures could not be written: ${error.message}.`, { cause: error })
  })
}

function verdict(bars: readonly JudgedBar[]): string {
  const missed = bars.filter(({ isMet }) => !isMet).length
  return missed === 0 ? `all ${bars.length} bars passed` : `${missed} of ${bars.length} bars MISSED`
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof BenchError)) throw error
  process.stderr.write(`bench: ${error.message}\n`)
  process.exitCode = 1
}
