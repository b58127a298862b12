import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { BenchError } from './bench-error.ts'

/** What the person who measures wants. */
export interface BenchOptions {
  /** At least 1. */
  readonly rounds: number
  /** Names of scenarios; empty: all. */
  readonly only: readonly string[]
  /** Amount of work, 1 for the published figures. */
  readonly scale: number
  /** File for the figures; `null`: none. */
  readonly jsonFile: string | null
  /** Folder for CPU profiles; `null`: none. */
  readonly profileFolder: string | null
  /** Whether a missed bar is a failure. */
  readonly isCheck: boolean
  readonly isHelp: boolean
}

/** @param names - Of the scenarios there are. */
export function usage(names: readonly string[]): string {
  return `Usage: npm run bench [-- options]
  --rounds N        processes per candidate and scenario, a third for long ones; 7 unless said otherwise
  --only NAMES      scenarios to run, separated by commas, of:
                    ${inLines(names).join('\n                    ')}
  --json FILE       also write [{ scenario, metric, candidate, median, ratio }], ratios to the first candidate
  --check           exit with 1 when a bar is missed
  --scale FACTOR    less work, to try the bench out: 0.01 is a hundredth; bars are judged at 1 only
  --profile FOLDER  leave a CPU profile of every client process there; profiling slows them down
`
}

/** As many names in a line as fit beside the options. */
function inLines(names: readonly string[]): string[] {
  const lines = ['']
  for (const [index, name] of names.entries()) {
    const piece = index === names.length - 1 ? name : `${name}, `
    const line = lines.pop() ?? ''
    lines.push(...(line.length + piece.length > 90 ? [line.trimEnd(), piece] : [line + piece]))
  }
  return lines
}

/**
 * Reads command-line arguments.
 *
 * @throws BenchError When one is unknown or makes no sense.
 */
export function readOptions(args: readonly string[]): BenchOptions {
  const values = parsed(args)
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new BenchError(`--rounds must be a whole number from 1 up, not ${JSON.stringify(values.rounds)}.`)
  }
  const scale = Number(values.scale)
  if (!(scale > 0 && scale <= 1)) {
    throw new BenchError(
      `--scale must be a number above 0 and at most 1, not ${JSON.stringify(values.scale)}.`,
    )
  }
  return {
    rounds,
    only: values.only === undefined ? [] : values.only.split(','),
    scale,
    jsonFile: values.json === undefined ? null : resolve(values.json),
    profileFolder: values.profile === undefined ? null : resolve(values.profile),
    isCheck: values.check,
    isHelp: values.help,
  }
}

interface RawOptions {
  readonly rounds: string
  readonly scale: string
  readonly check: boolean
  readonly help: boolean
  readonly only?: string
  readonly json?: string
  readonly profile?: string
}

function parsed(args: readonly string[]): RawOptions {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '7' },
        only: { type: 'string' },
        scale: { type: 'string', default: '1' },
        json: { type: 'string' },
        profile: { type: 'string' },
        check: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new BenchError(`${problem.replace(/\.$/, '')}; --help shows what there is.`, { cause: error })
  }
}
