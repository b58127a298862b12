import { isAgentError, messageOf } from '@heddle/core'
import { models } from '@heddle/providers'
import { billSummary } from './closing-lines.ts'
import { freshTalk } from './conversation.ts'
import type { Conversation } from './conversation.ts'
import { EXIT } from './exit-codes.ts'
import { neutralise, oneLine, shorten } from './neutralise.ts'
import { complaint, note } from './screen.ts'
import { modelNotice } from './workbench.ts'

/** What became of a prompt or a command. */
export interface Reply {
  /** As a run of its own would have it; null for a command that did its work. */
  readonly exitCode: number | null
  /** The user wants to leave. */
  readonly leaves: boolean
}

interface SlashCommand {
  readonly name: string
  readonly help: string
  readonly run: (conversation: Conversation, argument: string) => Promise<Reply>
}

const COMMANDS: readonly SlashCommand[] = [
  { name: 'help', help: 'this list', run: showHelp },
  { name: 'model', help: 'the model in use; /model provider/model (or a role) changes it', run: changeModel },
  { name: 'tools', help: 'what the model may use', run: showTools },
  { name: 'cost', help: 'steps, tokens and cost so far', run: showCost },
  { name: 'clear', help: 'forget what was said', run: clear },
  { name: 'exit', help: 'leave (also Ctrl-D)', run: () => Promise.resolve({ exitCode: null, leaves: true }) },
]

const OBEYED: Reply = { exitCode: null, leaves: false }
const MISTAKEN: Reply = { exitCode: EXIT.usage, leaves: false }

/** @param name - Without the slash. */
export async function obey(conversation: Conversation, name: string, argument: string): Promise<Reply> {
  const command = COMMANDS.find((candidate) => candidate.name === (name === 'quit' ? 'exit' : name))
  if (command) return command.run(conversation, argument)
  await complaint(conversation.screen, `There is no command /${name}; /help lists them.`)
  return MISTAKEN
}

async function showHelp({ screen }: Conversation): Promise<Reply> {
  const rows = COMMANDS.map(({ name, help }) => `/${name.padEnd(7)} ${help}`)
  const hints = 'Ctrl-C stops an answer. A line that ends in \\ goes on in the next; a paste is one prompt.'
  await note(screen, [...rows, hints].join('\n'))
  return OBEYED
}

async function changeModel(conversation: Conversation, name: string): Promise<Reply> {
  const { screen } = conversation
  try {
    if (name !== '') conversation.model = models(name, conversation.bench.naming)
  } catch (thrown) {
    if (!isAgentError(thrown)) throw thrown
    await complaint(screen, oneLine(messageOf(thrown)))
    return MISTAKEN
  }
  await note(screen, modelNotice(conversation.model, ''))
  // A notice that was still to come would name the model of before.
  conversation.notice = null
  return OBEYED
}

async function showTools({ screen, bench }: Conversation): Promise<Reply> {
  const rows = bench.tools.map(({ name, description }) => {
    const [firstSentence = ''] = description.split(/(?<=\.)\s/)
    const row = `${name.padEnd(11)} ${neutralise(firstSentence)}`
    return screen.err.columns === null ? row : shorten(row, screen.err.columns - 1)
  })
  await note(screen, rows.length === 0 ? 'No tools.' : rows.join('\n'))
  return OBEYED
}

async function showCost({ screen, bill }: Conversation): Promise<Reply> {
  await note(screen, billSummary(bill))
  return OBEYED
}

async function clear(conversation: Conversation): Promise<Reply> {
  Object.assign(conversation, freshTalk())
  await note(conversation.screen, 'Forgotten; the next prompt begins a new conversation.')
  return OBEYED
}
