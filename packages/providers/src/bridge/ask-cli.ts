import { messageOf, ModelError } from '@heddle/core'
import type { ModelEvent, ModelRequest } from '@heddle/core'
import { openLine } from '../wire/open-line.ts'
import type { Line, Patience } from '../wire/open-line.ts'
import { MALFORMED, parseObject } from '../wire/parse-object.ts'
import type { CliDecoder, Invocation, LineKind } from './bridge-cli.ts'
import { brokenOff, loginFailure, outdatedProgram } from './bridge-failure.ts'
import { cliEnvironment } from './cli-environment.ts'
import { startCli } from './cli-process.ts'
import type { CliProcess } from './cli-process.ts'
import { quoted, quotedEnd } from './cli-words.ts'
import { lineSplitter } from './line-splitter.ts'
import { privateFolder } from './private-folder.ts'
import type { PrivateFolder } from './private-folder.ts'
import { lookUpLogin } from './run-cli.ts'
import type { FoundCli } from './run-cli.ts'

/** A question to a program that was found. */
export interface CliQuestion {
  readonly found: FoundCli
  /** As the program calls it. */
  readonly model: string
  readonly request: ModelRequest
  readonly patience: Patience
  /** Of all its output. */
  readonly maxResponseBytes: number
}

/** A single line larger than this is a mistake; in UTF-16 units. */
const MAX_LINE_LENGTH = 64 * 1024 * 1024
/** How long a program may take to end by itself after its answer. */
const LINGER_MS = 500

/** Starts the program, hears its answer, and ends it, whatever happens. */
export async function* askCli(
  question: CliQuestion,
  caller: AbortSignal,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  const { cli, path } = question.found
  const line = openLine(cli.name, path, question.patience, caller)
  let folder: PrivateFolder | undefined
  let running: CliProcess | undefined
  const release = (): void => running?.stdout.cancel()
  try {
    line.signal.throwIfAborted()
    const invocation = cli.invocation(question.model, question.request)
    folder = await orFailure(question, privateFolder(invocation.files))
    line.signal.throwIfAborted()
    running = await orFailure(question, startedIn(folder, question, invocation))
    line.signal.addEventListener('abort', release)
    if (line.signal.aborted) release()
    yield* answerOf(question, running, line)
  } catch (thrown) {
    throw line.explain(thrown)
  } finally {
    line.close()
    line.signal.removeEventListener('abort', release)
    release()
    await running?.ended
    await folder?.remove()
  }
}

function startedIn(
  folder: PrivateFolder,
  { found: { cli, path, env } }: CliQuestion,
  invocation: Invocation,
): Promise<CliProcess> {
  return startCli({
    path,
    args: invocation.arguments(folder.pathOf),
    folder: folder.path,
    // What it leaves behind among temporary files goes with the folder.
    env: { ...cliEnvironment(env, cli.environment), ...invocation.env, TMPDIR: folder.path },
    stdin: invocation.stdin,
  })
}

/** This machine may have no room for a file or a process; or what was found may be no program. */
async function orFailure<T>({ found: { cli, path } }: CliQuestion, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    throw new ModelError(
      'model.unavailable',
      `${cli.name} could not start ${path} (${messageOf(thrown)}); try to run it by hand`,
      { retryable: true, cause: thrown },
    )
  }
}

/** What was heard so far of the program's output. */
interface Hearing {
  readonly question: CliQuestion
  readonly running: CliProcess
  readonly decoder: CliDecoder
  readonly line: Line
  /** The latest line that was no JSON. */
  stray: string
  hasAnswered: boolean
}

async function* answerOf(
  question: CliQuestion,
  running: CliProcess,
  line: Line,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  const decoder = question.found.cli.decoder(question.request)
  const hearing: Hearing = { question, running, decoder, line, stray: '', hasAnswered: false }
  const lines = lineSplitter()
  let length = 0
  for (;;) {
    line.waiting()
    const bytes = await running.stdout.read()
    line.signal.throwIfAborted()
    length += bytes?.length ?? 0
    const batch: ModelEvent[] = []
    let kind: LineKind = 'noise'
    let failure: unknown
    try {
      kind = takeLines(hearing, bytes === null ? [lines.end()] : lines.take(bytes), batch)
      refuseTooLong(question, length, lines.held)
    } catch (thrown) {
      failure = thrown
    }
    if (batch.length > 0) yield batch
    if (failure !== undefined) throw failure
    if (kind === 'stop') return
    if (kind === 'complete') return await lingered(running)
    if (bytes === null) throw await endedEarly(hearing)
  }
}

/** @returns What the lines were, all together. */
function takeLines(hearing: Hearing, lines: readonly string[], batch: ModelEvent[]): LineKind {
  let kind: LineKind = 'noise'
  for (const text of lines) {
    const object = parseObject(text)
    if (object === null) {
      takeStray(hearing, text)
      continue
    }
    const found = hearing.decoder.take(object, batch)
    if (found === 'noise') continue
    kind = found
    hearing.hasAnswered = true
    // What the program says of itself must not make a silent model look alive.
    hearing.line.heard()
    if (found !== 'progress') break
  }
  return kind
}

/** Some programs and their wrappers greet or warn on standard output; half an object is another matter. */
function takeStray(hearing: Hearing, text: string): void {
  if (text.trim() === '') return
  hearing.stray = text
  if (!text.startsWith('{')) return
  const { name } = hearing.question.found.cli
  throw new ModelError('model.bad_response', `${name} ${MALFORMED}: ${quoted(text)}`, { retryable: true })
}

function refuseTooLong({ found, maxResponseBytes }: CliQuestion, length: number, held: number): void {
  if (length <= maxResponseBytes && held <= MAX_LINE_LENGTH) return
  const limit = held > MAX_LINE_LENGTH ? 'a line of more than 64 MiB' : `more than ${maxResponseBytes} bytes`
  throw new ModelError('model.bad_response', `${found.cli.name} printed ${limit}`)
}

/** The answer is whole; lets the program put its things in order. */
async function lingered(running: CliProcess): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, LINGER_MS)))
  await Promise.race([running.ended, over])
  clearTimeout(timer)
}

/** How programs say that they do not know an option. */
const UNKNOWN_OPTION =
  /unknown option|unexpected argument|unrecognized|invalid (value|choice)|no such option/i

/** The output ended before the answer did: finds out why. */
async function endedEarly({ question, running, line, stray, hasAnswered }: Hearing): Promise<unknown> {
  const { found } = question
  const { name } = found.cli
  const { exitCode, signal } = await running.ended
  const said = quotedEnd(running.lastWords() || stray)
  const how = signal === null ? `it exited with code ${exitCode}` : `it was ended by ${signal}`
  const words = said === '' ? how : `${how} and said: ${said}`
  if (hasAnswered || signal !== null) return brokenOff(name, words)
  if (UNKNOWN_OPTION.test(said)) return outdatedProgram(found.cli, said)
  const login = await lookUpLogin(found, line.signal)
  const refusal = loginFailure(name, login)
  if (refusal) return refusal
  if (exitCode === 0)
    return new ModelError('model.bad_response', `${name} gave no answer: ${words}`, { retryable: true })
  return new ModelError('model.unavailable', `${name} failed: ${words}`, { retryable: true })
}
