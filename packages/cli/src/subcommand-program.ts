import { Command, InvalidArgumentError } from 'commander'

/** What every subcommand may be told. */
export interface SharedOptions {
  readonly json: boolean
  readonly color: boolean
  readonly cwd?: string
}

/** A command line that ends in exceptions, as the one of `heddle` itself: code 2 for every mistake. */
export function subcommandProgram(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureOutput({ outputError: (text, write) => write(sentence(text, name)) })
    .exitOverride((error) => {
      if (error.exitCode !== 0) error.exitCode = 2
      throw error
    })
}

/** One line. Whoever writes a prompt without quotes may begin it with the name of a command. */
function sentence(text: string, name: string): string {
  const [, word = ''] = name.split(' ')
  const isPrompt = /^error: (too many arguments|unknown command)/.test(text)
  const hint = isPrompt ? ` A prompt that begins with "${word}" goes in quotes, or after --.` : ''
  return `${text
    .replace(/^error: /, 'heddle: ')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')}${hint}\n`
}

/** Adds the options of {@link SharedOptions}. */
export function withSharedOptions(command: Command, what: string): Command {
  return command
    .option('--json', what, false)
    .option('-C, --cwd <folder>', 'where to work (default: the current folder)')
    .option('--no-color', 'no colours')
}

/** For options that may be given several times. */
export function collected(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

/** @returns A parser of whole numbers in a range, as commander takes it. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const number = Number(text)
    if (/^\d+$/.test(text) && number >= from && number <= to) return number
    throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`)
  }
}
