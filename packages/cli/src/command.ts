import { Command, InvalidArgumentError, Option } from 'commander'

/** Output formats of a one-shot run. */
export type OutputFormat = 'text' | 'json' | 'stream-json'

/** What was asked for on the command line. */
export interface CliOptions {
  readonly model?: string
  /** Names; absent: all. */
  readonly tools?: readonly string[]
  readonly print: boolean
  readonly outputFormat: OutputFormat
  readonly maxSteps: number
  readonly system?: string
  readonly appendSystem?: string
  readonly cwd?: string
  /** The project's decision graph takes part. */
  readonly decisions: boolean
  readonly color: boolean
  readonly quiet: boolean
  readonly verbose: boolean
}

type Switch = 'print' | 'quiet' | 'verbose'

/** A request the command line made, ready to be carried out. */
export interface CliRequest {
  /** The prompt's words; may be empty. */
  readonly words: readonly string[]
  readonly options: CliOptions
}

/** Enough for a long piece of work, and an end for a model that runs in circles. */
const DEFAULT_MAX_STEPS = 50

const EXAMPLES = `
Examples:
  heddle "Find all TODO comments"
  git diff | heddle "review this"
  npm test 2>&1 | heddle "why does this fail?" -
  heddle --model ollama/qwen3:8b --tools grep,read_file "where are keys read?"
  heddle --output-format json "summarise this project" | jq -r .text
  heddle                                an interactive prompt

Commands, when they are the first word (each has --help; in quotes with other words, or after "--", they are a prompt):
  heddle models                         what you can use, and what it costs
  heddle doctor                         what is missing, when something does not work
  heddle graph                          what was decided and ruled out in this project, and why

What is piped in is appended to the prompt; a lone "-" waits for it however long it takes. Without a prompt,
every line that is piped in is one, answered as it comes; with --print all of them are one.

Exit codes:
  0    the answer is complete
  1    the model, a provider or Heddle failed
  2    the command line or the settings are wrong: nothing was run
  3    stopped before the answer was complete (step limit, output limit, refusal, nobody to approve)
  129, 130, 143  ended by SIGHUP, Ctrl-C, SIGTERM

Environment:
  HEDDLE_MODEL                          the model, unless --model names one
  ANTHROPIC_API_KEY, OPENAI_API_KEY …   keys, read when a provider is asked
  NO_COLOR                              no colours
  HEDDLE_DEBUG=1                        errors with their stack
`

/**
 * Reads the command line.
 *
 * @param version - Of this package.
 * @throws CommanderError with `exitCode` 0 after help or the version were printed; 2 when the command line is
 *   wrong, its one sentence printed.
 */
export function parseCommandLine(args: readonly string[], version: string): CliRequest {
  const command = heddleCommand(version)
  command.parse(args, { from: 'user' })
  const given = command.opts<Omit<CliOptions, Switch> & Partial<Pick<CliOptions, Switch>>>()
  // As commander's own defaults they would be printed in the help, each as "(default: false)".
  return { words: command.args, options: { print: false, quiet: false, verbose: false, ...given } }
}

function heddleCommand(version: string): Command {
  return new Command('heddle')
    .description(
      'A coding agent in your terminal: it looks through the project in the current folder and works on it.',
    )
    .argument('[prompt...]', 'what to do; without it, an interactive prompt (plain when no terminal)')
    .option('-m, --model <provider/model>', 'the model to ask, or a role of the settings such as weak')
    .option('--tools <names>', 'comma-separated tools the model may use, or "none" (default: all)', toolNames)
    .option('-p, --print', 'answer once and leave, never ask back')
    .addOption(
      new Option(
        '--output-format <format>',
        'text, one JSON object at the end, or every event as a line of JSON',
      )
        .choices(['text', 'json', 'stream-json'])
        .default('text'),
    )
    .option('--max-steps <number>', 'model turns a prompt may take', positiveInteger, DEFAULT_MAX_STEPS)
    .option('--system <text>', 'instructions that replace the built-in ones')
    .option('--append-system <text>', 'instructions added after the built-in ones')
    .option('-C, --cwd <folder>', 'the project folder (default: the current one)')
    .option('--no-decisions', 'neither read nor record decisions in the project')
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'only the answer: no tool lines, no closing line')
    .option('--verbose', 'also reasoning and whole tool results')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('after', EXAMPLES)
    .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, 'heddle: ')) })
    .exitOverride((error) => {
      // Commander says 1 for every mistake; ours tells mistakes from failures.
      if (error.exitCode !== 0) error.exitCode = 2
      throw error
    })
}

function toolNames(list: string): readonly string[] {
  const names = list.split(',').map((name) => name.trim())
  if (names.length === 1 && names[0] === 'none') return []
  return [...new Set(names.filter((name) => name !== ''))]
}

function positiveInteger(text: string): number {
  const number = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError('It must be a whole number from 1.')
  }
  return number
}
