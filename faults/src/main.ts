import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { FaultRow, RowOutcome } from './fault-row.ts'
import { runRow } from './run-row.ts'
import { rows } from './rows.ts'

const USAGE = `Usage: npm run faults [-- options]
  --only F1,F4   only these rows of the fault matrix
  --json FILE    also write [{ name, row, wire, outcome, detail }]
  --list         name the rows and run none
`

const WIRES = ['openai', 'anthropic'] as const

/** A word to the person who typed the command. */
class UsageError extends Error {}

interface Options {
  readonly chosen: readonly FaultRow[]
  readonly jsonFile: string | undefined
  readonly isList: boolean
  readonly isHelp: boolean
}

/** @returns The exit code: 0 when every row was survived. */
async function main(): Promise<number> {
  const { chosen, jsonFile, isList, isHelp } = readOptions(process.argv.slice(2))
  if (isHelp) {
    process.stdout.write(USAGE)
    return 0
  }
  const width = Math.max(...chosen.flatMap((row) => WIRES.map((wire) => titleOf(row, wire).length)))
  if (isList) {
    for (const { row, name } of chosen) process.stdout.write(`${row.padEnd(4)} ${name}\n`)
    return 0
  }
  const outcomes: RowOutcome[] = []
  for (const row of chosen) {
    for (const wire of WIRES) {
      const outcome = await runRow(row, wire)
      outcomes.push(outcome)
      process.stdout.write(
        `${titleOf(row, wire).padEnd(width)}  ${outcome.outcome.padEnd(8)}  ${outcome.detail}\n`,
      )
    }
  }
  const survived = outcomes.filter(({ outcome }) => outcome === 'survived').length
  process.stdout.write(`\nfaults survived: ${survived}/${outcomes.length}\n`)
  if (jsonFile !== undefined) await writeFile(jsonFile, `${JSON.stringify(outcomes, null, 2)}\n`)
  return survived === outcomes.length ? 0 : 1
}

function titleOf({ row, name }: FaultRow, wire: string): string {
  return `${row.padEnd(3)} ${name} (${wire})`
}

function readOptions(args: string[]): Options {
  const { values } = parse(args)
  const only = values.only?.split(',').map((name) => name.trim().toUpperCase())
  const unknown = only?.find((name) => !rows.some(({ row }) => row === name))
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no row ${unknown}; there are ${[...new Set(rows.map(({ row }) => row))].join(', ')}.`,
    )
  }
  return {
    chosen: only ? rows.filter(({ row }) => only.includes(row)) : rows,
    jsonFile: values.json,
    isList: values.list,
    isHelp: values.help,
  }
}

function parse(args: string[]): { values: { only?: string; json?: string; list: boolean; help: boolean } } {
  try {
    return parseArgs({
      args,
      options: {
        only: { type: 'string' },
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
