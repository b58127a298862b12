import { Argument, InvalidArgumentError, Option } from 'commander'
import type { Command } from 'commander'
import { EDGE_TYPES } from '@heddle/graph'
import { nameFirst } from '../subcommand.ts'
import { collected, subcommandProgram, wholeNumber, withSharedOptions } from '../subcommand-program.ts'
import { NODE_TYPES } from './log-node.ts'
import { SHOW_FORMATS } from './show.ts'

/** What the command line asks of the graph: the command's name, its arguments and its options as commander read them. */
export interface GraphRequest {
  readonly name: string
  readonly args: readonly (string | undefined)[]
  readonly options: Readonly<Record<string, unknown>>
}

const STATUSES = ['active', 'chosen', 'rejected', 'superseded', 'abandoned']

const EXAMPLES = `
Examples:
  heddle graph log                                   what was recorded last
  heddle graph log decision "Keep sessions in SQLite" --parent k3f9a2c \\
    --chosen "SQLite" --rejected "Redis: one more thing to run"
  heddle graph show                                  everything as a tree
  heddle graph show k3f9a2c                          one entry with its reasons, links and history
  heddle graph show --roots k3f9a2c --format svg -o decisions.svg
  heddle graph consult "session storage"             what was decided or ruled out about it
  heddle graph query --status rejected
  heddle graph writeup --goal k3f9a2c | gh pr create --body-file -
  heddle graph export -o decisions.jsonl             merge-friendly: a line each

The graph is that of the project around the current folder. Ids may be shortened while they are unambiguous.
Exit codes: 0 done; 1 the database failed; 2 the command line is wrong, or there is no such entry.

As a git merge driver for an exported graph that is kept in git:
  git config merge.heddle-graph.driver "heddle graph merge %O %A %B"
  echo "decisions.jsonl merge=heddle-graph" >> .gitattributes
`

/** Reads the arguments behind `heddle graph`. @throws CommanderError after help or a mistake was printed. */
export function parseGraphCommand(args: readonly string[]): GraphRequest {
  let request: GraphRequest | null = null
  const program = subcommandProgram(
    'heddle graph',
    'The decisions of the project: what was chosen, ruled out, tried, and why.',
  ).addHelpText('after', EXAMPLES)
  for (const command of leaves(program)) {
    command.action(() => {
      request = {
        name: command.name(),
        args: command.processedArgs as (string | undefined)[],
        options: command.opts(),
      }
    })
  }
  program.parse(nameFirst(args), { from: 'user' })
  // Without a command commander has printed the help and thrown.
  return request ?? program.error('error: name what to do, such as heddle graph show')
}

function leaves(program: Command): readonly Command[] {
  const leaf = (name: string, description: string): Command =>
    withSharedOptions(program.command(name).description(description), 'print JSON')
  const onGraph = (name: string, description: string): Command =>
    leaf(name, description)
      .option('--db <place>', 'another database: an SQLite file or a postgres:// URL')
      .option('--project <name>', 'whose nodes in it; "*" reads all')
  return [
    logProgram(onGraph('log', 'write an entry; without arguments, list the newest')),
    onGraph('show', 'a tree or a picture; one entry in full')
      .argument('[id]')
      .option('--roots <ids...>', 'only these and what rests on them')
      .option('--session <name>', 'only of this session')
      .option('--depth <steps>', 'steps down from the roots', wholeNumber(1, 10_000))
      .option('-n, --limit <number>', 'at most so many, the newest', wholeNumber(1, 10_000), 200)
      .addOption(new Option('--format <format>', 'how').choices(SHOW_FORMATS).default('tree'))
      .option('-o, --output <file>', 'write to a file'),
    onGraph('query', 'search by words, or list by what entries are')
      .argument('[text]')
      .option('--type <type>', 'only of this type (repeatable)', oneOf(NODE_TYPES), [])
      .option('--status <status>', 'only of this status (repeatable)', oneOf(STATUSES), [])
      .option('--file <path>', 'only about this file')
      .option('--session <name>', 'only of this session')
      .option('--uncertain', 'only what is in doubt', false)
      .option('-n, --limit <number>', 'at most so many', wholeNumber(1, 10_000), 20),
    onGraph('consult', 'what was decided or ruled out about a topic').argument('<topic>'),
    onGraph('pulse', 'how the graph is kept: what is open, unsure or forgotten').option(
      '--session <name>',
      'only of this session',
    ),
    reportProgram(onGraph('narrative', 'what happened, in order, as Markdown')),
    reportProgram(onGraph('writeup', 'for a pull request, as Markdown')).option(
      '--title <text>',
      'its title',
    ),
    onGraph('export', 'the graph as lines of JSON').option('-o, --output <file>', 'write to a file'),
    onGraph('import', 'bring an exported graph in; again changes nothing').argument(
      '<file>',
      '"-" is standard input',
    ),
    leaf('merge', 'merge exported graphs into OURS, as git asks a merge driver')
      .argument('<base>')
      .argument('<ours>')
      .argument('<theirs>'),
    onGraph('pivot', 'give up a decision or an option for another')
      .argument('<old>', 'its id')
      .argument('<observation>', 'what speaks against it')
      .argument('<approach>', 'what is done instead'),
  ]
}

function logProgram(command: Command): Command {
  return command
    .addArgument(new Argument('[type]').choices(NODE_TYPES))
    .argument('[title]')
    .option('--parent <id>', 'what it belongs to')
    .addOption(new Option('--edge <type>', 'how').choices(EDGE_TYPES).default('leads_to'))
    .option('--confidence <number>', 'in percent', wholeNumber(0, 100))
    .option('--description <text>', 'more about it')
    .option('--reason <text>', 'why')
    .option('--chosen <title>', 'of a decision: the option that was taken (repeatable)', collected, [])
    .option('--option <title>', 'one that is still open (repeatable)', collected, [])
    .option('--rejected <title: why>', 'one that was ruled out (repeatable)', collected, [])
    .option('--file <path>', 'a file that it is about (repeatable)', collected, [])
    .option('--session <name>', 'the session it belongs to')
    .option('-n, --limit <number>', 'how many are listed', wholeNumber(1, 10_000), 20)
}

function reportProgram(command: Command): Command {
  return command
    .option('--goal <id>', 'only this goal and what came of it')
    .option('--session <name>', 'only of this session')
    .option('-o, --output <file>', 'write to a file')
}

function oneOf(known: readonly string[]): (value: string, before: readonly string[]) => readonly string[] {
  return (value, before) => {
    const unknown = value.split(',').find((part) => !known.includes(part))
    if (unknown !== undefined) throw new InvalidArgumentError(`Choose from ${known.join(', ')}.`)
    return [...before, ...value.split(',')]
  }
}
