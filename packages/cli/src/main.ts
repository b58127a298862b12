import { CommanderError } from 'commander'
import { parseCommandLine } from './command.ts'
import { subcommandOf } from './subcommand.ts'
import type { SubcommandName } from './subcommand.ts'

/**
 * The `heddle` command without its process: reads the arguments, does the work, says what went wrong in one
 * sentence on standard error.
 *
 * @param args - Without the interpreter and the script.
 * @param version - Printed by `--version`.
 * @returns The exit code, once everything is printed; see `--help`. A second signal, or Ctrl-C twice, ends the
 *   process from within.
 */
export async function main(args: readonly string[], version: string): Promise<number> {
  process.on('uncaughtException', (thrown) => process.exit(complain(thrown)))
  try {
    const subcommand = subcommandOf(args)
    if (subcommand !== null) return await runSubcommand(subcommand.name, subcommand.args, version)
    const request = parseCommandLine(args, version)
    // Only now what is heavy: help and usage errors need none of it.
    const { start } = await import('./start.ts')
    return await start(request)
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode
    const { isAgentError, toErrorJson } = await import('@heddle/core')
    const { errorExitCode } = await import('./exit-codes.ts')
    const code = complain(thrown)
    return isAgentError(thrown) ? errorExitCode(toErrorJson(thrown)) : code
  }
}

/** Each loads what it needs itself. */
async function runSubcommand(
  name: SubcommandName,
  args: readonly string[],
  version: string,
): Promise<number> {
  switch (name) {
    case 'graph':
      return (await import('./graph/graph-command.ts')).runGraphCommand(args)
    case 'models':
      return (await import('./models/models-command.ts')).runModelsCommand(args)
    case 'doctor':
      return (await import('./doctor/doctor-command.ts')).runDoctorCommand(args, version)
    default:
      return name satisfies never
  }
}

/** @returns The exit code for a fault of our own. */
function complain(thrown: unknown): number {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  process.stderr.write(`heddle: ${message.replace(/\p{Cc}+/gu, ' ').trim()}\n`)
  if (process.env['HEDDLE_DEBUG'] === '1' && thrown instanceof Error)
    process.stderr.write(`${thrown.stack}\n`)
  return 1
}
