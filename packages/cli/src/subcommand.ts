/** Words that are commands when they come first; in quotes with others, or after `--`, they begin a prompt. */
const SUBCOMMANDS = ['models', 'doctor', 'graph'] as const

export type SubcommandName = (typeof SUBCOMMANDS)[number]

/** Options that every subcommand has, so that they may stand before its name; true: a value follows. */
const SHARED_OPTIONS: Readonly<Record<string, boolean>> = {
  '-C': true,
  '--cwd': true,
  '--no-color': false,
}

/**
 * Tells whether the command line asks for a subcommand. It needs no parser, as every start goes through it.
 *
 * @returns Its name and arguments, without the name; null when the first bare word is none.
 */
export function subcommandOf(
  args: readonly string[],
): { readonly name: SubcommandName; readonly args: readonly string[] } | null {
  const [first, ...rest] = nameFirst(args)
  const name = SUBCOMMANDS.find((candidate) => candidate === first)
  return name === undefined ? null : { name, args: rest }
}

/** Arguments with the first bare word before the shared options that stood before it. */
export function nameFirst(args: readonly string[]): readonly string[] {
  let at = 0
  for (let arg = args[at]; arg !== undefined; arg = args[at]) {
    const takesValue = SHARED_OPTIONS[arg]
    if (takesValue === undefined && !arg.startsWith('--cwd=')) break
    at += takesValue ? 2 : 1
  }
  const rest = args.slice(at)
  const end = rest.includes('--') ? rest.indexOf('--') : rest.length
  return rest.toSpliced(end, 0, ...args.slice(0, at))
}
