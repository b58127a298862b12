import type { Said } from './ask-line.ts'
import type { Conversation } from './conversation.ts'
import { EXIT, signalExitCode } from './exit-codes.ts'
import { oneLine } from './neutralise.ts'
import { reply } from './reply.ts'
import { note } from './screen.ts'
import { catchStopSignals } from './stop-signals.ts'

/** Asks for the next prompt. */
export type AskPrompt = () => Promise<Said>

/**
 * Asks and answers at a terminal until the user leaves (`/exit`, Ctrl-D, Ctrl-C twice at an empty prompt).
 *
 * @returns The exit code.
 */
export async function runRepl(conversation: Conversation, ask: AskPrompt): Promise<number> {
  const { bench, screen } = conversation
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
    if (said.text.trim() === '') continue
    const exitCode = await replyOnce(conversation, said.text)
    if (exitCode !== null) return exitCode
  }
}

/** @returns An exit code when the program is to end. */
async function replyOnce(conversation: Conversation, said: string): Promise<number | null> {
  const signals = catchStopSignals()
  try {
    const { exitCode, leaves } = await reply(conversation, said, signals.signal)
    if (leaves) return EXIT.done
    // An empty line tells the end of an answer from the next prompt.
    if (exitCode !== null) await conversation.screen.err.write('\n')
  } finally {
    signals.release()
  }
  const { received } = signals
  return received === null || received === 'SIGINT' ? null : signalExitCode(received)
}
