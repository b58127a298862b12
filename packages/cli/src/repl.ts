import { isAgentError, messageOf } from '@heddle/core'
import type { LanguageModel, Message } from '@heddle/core'
import { addUsage, ZERO_USAGE } from '@heddle/core'
import { models } from '@heddle/providers'
import type { Said } from './ask-line.ts'
import { billSummary, closingLine } from './closing-lines.ts'
import type { Bill } from './closing-lines.ts'
import { EXIT, signalExitCode } from './exit-codes.ts'
import { neutralise, oneLine } from './neutralise.ts'
import { billOf, complaint, explainStop, note, textSink } from './screen.ts'
import type { Screen } from './screen.ts'
import { catchStopSignals } from './stop-signals.ts'
import { agentAt, modelNotice } from './workbench.ts'
import type { Workbench } from './workbench.ts'

/** Asks for the next prompt. */
export type AskPrompt = () => Promise<Said>

/** A conversation at the terminal. */
interface Conversation {
  readonly bench: Workbench
  readonly screen: Screen
  model: LanguageModel
  /** Said before the next run's first output; null once it was. */
  notice: string | null
  messages: readonly Message[]
  bill: Bill
}

const NOTHING_SPENT: Bill = { steps: 0, usage: ZERO_USAGE, costMicroUsd: 0 }

/**
 * Asks and answers until the user leaves (`/exit`, Ctrl-D, Ctrl-C twice at an empty prompt). What was said
 * stays in memory and goes along with every prompt.
 *
 * @returns The exit code.
 */
export async function runRepl(
  bench: Workbench,
  screen: Screen,
  chosen: { readonly model: LanguageModel; readonly notice: string },
  ask: AskPrompt,
): Promise<number> {
  const conversation: Conversation = { bench, screen, messages: [], bill: NOTHING_SPENT, ...chosen }
  await note(screen, `Heddle in ${oneLine(bench.root)}. /help shows the commands, Ctrl-D leaves.`)
  if (conversation.notice !== null) await note(screen, conversation.notice)
  conversation.notice = null

  let wasInterrupted = false
  for (;;) {
    const said = await ask()
    if (screen.out.failure !== null || said.kind === 'aborted') return EXIT.done
    if (said.kind === 'end') {
      await screen.err.write('\n')
      return EXIT.done
    }
    if (said.kind === 'interrupt') {
      if (wasInterrupted && said.wasEmpty) return EXIT.done
      wasInterrupted = said.wasEmpty
      if (wasInterrupted) await note(screen, 'Ctrl-C again leaves.')
      continue
    }
    wasInterrupted = false
    const text = said.text.trim()
    if (text === '') continue
    const command = /^\/([a-z]+)(?:\s+([^\n]*))?$/.exec(text)
    const exitCode = command
      ? await obey(conversation, command[1] ?? '', command[2]?.trim() ?? '')
      : await answer(conversation, said.text)
    if (exitCode !== null) return exitCode
  }
}

/** @returns An exit code when the program is to end. */
async function answer(conversation: Conversation, prompt: string): Promise<number | null> {
  const { bench, screen, model, messages } = conversation
  const signals = catchStopSignals()
  const beganMs = performance.now()
  try {
    const run = agentAt(bench, model).run(prompt, {
      messages,
      signal: signals.signal,
      sinks: [textSink(screen, conversation.notice)],
    })
    const result = await run.result
    conversation.notice = null
    conversation.messages = result.messages
    const bill = billOf(result, model)
    conversation.bill = sum(conversation.bill, bill)
    const prefix = result.stop.reason === 'aborted' ? 'interrupted · ' : ''
    if (!screen.isQuiet) await note(screen, prefix + closingLine(bill, performance.now() - beganMs))
    await explainStop(screen, result)
  } finally {
    signals.release()
  }
  const { received } = signals
  return received === null || received === 'SIGINT' ? null : signalExitCode(received)
}

function sum(a: Bill, b: Bill): Bill {
  const isKnown = a.costMicroUsd !== null && b.costMicroUsd !== null
  return {
    steps: a.steps + b.steps,
    usage: addUsage(a.usage, b.usage),
    costMicroUsd: isKnown ? (a.costMicroUsd ?? 0) + (b.costMicroUsd ?? 0) : null,
  }
}

interface ReplCommand {
  readonly name: string
  readonly help: string
  /** @returns An exit code when the program is to end. */
  readonly run: (conversation: Conversation, argument: string) => Promise<number | null>
}

const COMMANDS: readonly ReplCommand[] = [
  { name: 'help', help: 'this list', run: showHelp },
  { name: 'model', help: 'the model in use; /model provider/model changes it', run: changeModel },
  { name: 'tools', help: 'what the model may use', run: showTools },
  { name: 'cost', help: 'steps, tokens and cost so far', run: showCost },
  { name: 'clear', help: 'forget what was said', run: clear },
  { name: 'exit', help: 'leave (also Ctrl-D)', run: () => Promise.resolve(EXIT.done) },
]

async function obey(conversation: Conversation, name: string, argument: string): Promise<number | null> {
  const command = COMMANDS.find((candidate) => candidate.name === (name === 'quit' ? 'exit' : name))
  if (command) return command.run(conversation, argument)
  await complaint(conversation.screen, `There is no command /${name}; /help lists them.`)
  return null
}

async function showHelp({ screen }: Conversation): Promise<null> {
  const rows = COMMANDS.map(({ name, help }) => `/${name.padEnd(7)} ${help}`)
  const hints = 'Ctrl-C stops an answer. A line that ends in \\ goes on in the next; a paste is one prompt.'
  await note(screen, [...rows, hints].join('\n'))
  return null
}

async function changeModel(conversation: Conversation, name: string): Promise<null> {
  const { screen } = conversation
  try {
    if (name !== '') conversation.model = models(name)
    await note(screen, modelNotice(conversation.model, ''))
  } catch (thrown) {
    if (!isAgentError(thrown)) throw thrown
    await complaint(screen, oneLine(messageOf(thrown)))
  }
  return null
}

async function showTools({ screen, bench }: Conversation): Promise<null> {
  const rows = bench.tools.map(({ name, description }) => {
    const [firstSentence = ''] = description.split(/(?<=\.)\s/)
    return `${name.padEnd(11)} ${neutralise(firstSentence)}`
  })
  await note(screen, rows.length === 0 ? 'No tools.' : rows.join('\n'))
  return null
}

async function showCost({ screen, bill }: Conversation): Promise<null> {
  await note(screen, billSummary(bill))
  return null
}

async function clear(conversation: Conversation): Promise<null> {
  conversation.messages = []
  await note(conversation.screen, 'Forgotten; the next prompt begins a new conversation.')
  return null
}
