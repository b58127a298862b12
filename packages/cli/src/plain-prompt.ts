import type { Readable } from 'node:stream'
import type { Conversation } from './conversation.ts'
import { EXIT, signalExitCode } from './exit-codes.ts'
import { neutralise } from './neutralise.ts'
import { composePrompt } from './read-stdin.ts'
import { readLines } from './read-lines.ts'
import { reply } from './reply.ts'
import { note } from './screen.ts'
import type { StopSignals } from './stop-signals.ts'

/** Silence on standard input after which we say what we wait for, in milliseconds. */
const NOTICE_MS = 2_000

/**
 * The interactive prompt without a terminal: every line of standard input is a prompt or a command, answered
 * before the next one is taken, until the input ends. Each is shown once, as `> prompt`, beside the answers.
 *
 * @param stop - Ctrl-C and the like end everything, and so does a reader of standard output that leaves.
 * @returns The exit code of the last prompt.
 * @throws ConfigError `config.invalid` when there was not a single prompt, or the input is no text.
 */
export async function runPlainPrompt(
  conversation: Conversation,
  stdin: Readable,
  stop: { readonly signals: StopSignals; readonly readerLeft: AbortSignal },
): Promise<number> {
  const { screen } = conversation
  const signal = AbortSignal.any([stop.signals.signal, stop.readerLeft])
  const notice = setTimeout(
    () => void note(screen, 'Waiting for prompts on standard input, one a line.'),
    NOTICE_MS,
  )
  let hasPrompts = false
  let lastCode: number = EXIT.done
  for await (const prompt of joined(readLines(stdin, signal))) {
    clearTimeout(notice)
    if (prompt.trim() === '') continue
    hasPrompts = true
    if (!screen.isQuiet) await note(screen, `> ${neutralise(prompt)}`)
    const { exitCode, leaves } = await reply(conversation, prompt, signal)
    lastCode = exitCode ?? lastCode
    if (leaves || signal.aborted) break
  }
  clearTimeout(notice)
  if (stop.signals.received) return signalExitCode(stop.signals.received)
  if (stop.readerLeft.aborted) return EXIT.done
  if (!hasPrompts) composePrompt('', '')
  return lastCode
}

/** A line that ends in a backslash goes on in the next, as at the terminal. */
async function* joined(lines: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let begun = ''
  for await (const line of lines) {
    if (line.endsWith('\\')) {
      begun += `${line.slice(0, -1)}\n`
      continue
    }
    yield begun + line
    begun = ''
  }
  if (begun !== '') yield begun
}
