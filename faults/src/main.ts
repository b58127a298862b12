import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { RowOutcome } from './fault-row.ts'
import { totalOf } from './total.ts'
import { trials } from './trials.ts'
import type { Chance, Trial } from './trials.ts'

const USAGE = `Usage: npm run faults [-- options]
  --only F1,F4   only these rows of the fault matrix
  --kills NUMBER random moments per database; default 200
  --seed NUMBER  of the random moments; default: a new one, which is printed
  --json FILE    also write [{ name, row, on, outcome, detail }]
  --list         name the rows and run none
`

/** Enough to fall into everything that takes a part in a hundred of a run's time. */
const KILLS = 200

/** A word to the person who typed the command. */
class UsageError extends Error {}

interface Options {
  readonly chosen: readonly Trial[]
  readonly chance: Chance
  readonly jsonFile: string | undefined
  readonly isList: boolean
  readonly isHelp: boolean
}

/** @returns The exit code: 0 when every row was survived. */
async function main(): Promise<number> {
  const { chosen, chance, jsonFile, isList, isHelp } = readOptions(process.argv.slice(2))
  if (isHelp) {
    process.stdout.write(USAGE)
    return 0
  }
  if (isList) {
    const lines = chosen.map(({ row, name }) => `${row.padEnd(4)} ${name}\n`)
    process.stdout.write([...new Set(lines)].join(''))
    return 0
  }
  const width = Math.max(...chosen.map((trial) => titleOf(trial).length))
  const outcomes: RowOutcome[] = []
  for (const trial of chosen) {
    const outcome = await trial.run(chance)
    outcomes.push(outcome)
    process.stdout.write(`${titleOf(trial).padEnd(width)}  ${outcome.outcome.padEnd(8)}  ${outcome.detail}\n`)
  }
  process.stdout.write(`\n${totalOf(outcomes)}\n`)
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(outcomes, null, 2)}\n`)
  return outcomes.some(({ outcome }) => outcome === 'lost') ? 1 : 0
}

function titleOf({ row, name, on }: Trial): string {
  return `${row.padEnd(3)} ${name} (${on})`
}

function readOptions(args: string[]): Options {
  const { values } = parse(args)
  const only = values.only?.split(',').map((name) => name.trim().toUpperCase())
  const unknown = only?.find((name) => !trials.some(({ row }) => row === name))
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no row ${unknown}; there are ${[...new Set(trials.map(({ row }) => row))].join(', ')}.`,
    )
  }
  return {
    chosen: only ? trials.filter(({ row }) => only.includes(row)) : trials,
    chance: {
      kills: numberOf('kills', values.kills) ?? KILLS,
      seed: numberOf('seed', values.seed) ?? Math.floor(Math.random() * 1_000_000),
    },
    jsonFile: values.json,
    isList: values.list,
    isHelp: values.help,
  }
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text)
  throw new UsageError(`--${name} takes a whole number of at most nine digits, not "${text}".`)
}

interface Values {
  readonly only?: string
  readonly kills?: string
  readonly seed?: string
  readonly json?: string
  readonly list: boolean
  readonly help: boolean
}

function parse(args: string[]): { values: Values } {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
        kills: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  process.stderr.write(`faults: ${error.message}\n${USAGE}`)
  process.exitCode = 2
}
