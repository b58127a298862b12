import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigError } from '@heddle/core'
import type { LanguageModel } from '@heddle/core'
import { chooseModel } from '@heddle/providers'
import type { ChosenModel } from '@heddle/providers'
import { builtinTools } from '@heddle/tools'
import type { AskHuman } from '@heddle/tools'
import { askLine } from './ask-line.ts'
import type { LineRequest, Said } from './ask-line.ts'
import { chooseTools } from './choose-tools.ts'
import type { CliOptions, CliRequest } from './command.ts'
import { readConfig } from './config.ts'
import type { Config } from './config.ts'
import { composeInstructions, readProjectNotes } from './instructions.ts'
import { oneLine } from './neutralise.ts'
import { runOneShot } from './one-shot.ts'
import { outlet } from './outlet.ts'
import { composePrompt, readStdin, stdinPatienceMs } from './read-stdin.ts'
import { runRepl } from './repl.ts'
import { complaint, note } from './screen.ts'
import type { Screen } from './screen.ts'
import { catchStopSignals } from './stop-signals.ts'
import { modelNotice } from './workbench.ts'
import type { Workbench } from './workbench.ts'

/** Silence on standard input after which we say what we wait for, in milliseconds. */
const STDIN_NOTICE_MS = 2_000

/**
 * Puts the command together and runs it: one shot when there is a prompt or something is piped in, else an
 * interactive prompt.
 *
 * @returns The exit code.
 * @throws ConfigError For settings that cannot be used; nothing was run.
 */
export async function start({ words, options }: CliRequest): Promise<number> {
  const readerLeft = new AbortController()
  const screen = openScreen(options, readerLeft)
  const isPiped = process.stdin.isTTY !== true
  const isRepl = words.length === 0 && !isPiped && !options.print && options.outputFormat === 'text'
  if (words.length === 0 && !isPiped && !isRepl) composePrompt('', '')

  const terminal = isPiped || options.print || options.outputFormat !== 'text' ? null : keyboard(screen)
  const root = await projectFolder(options.cwd)
  const bench = await setUp(root, options, terminal)
  const chosen = await settleModel(root, options, screen)
  let exitCode: number
  if (isRepl && terminal) {
    exitCode = await runRepl(bench, screen, chosen, () => terminal.prompt())
  } else {
    const job = { ...chosen, prompt: await readPrompt(words, isPiped, screen), format: options.outputFormat }
    const stop = { signals: catchStopSignals(), readerLeft: readerLeft.signal }
    exitCode = await runOneShot(job, bench, screen, stop)
  }
  await Promise.all([screen.out.flush(), screen.err.flush()])
  return exitCode
}

function openScreen(options: CliOptions, readerLeft: AbortController): Screen {
  // https://no-color.org: set to anything but nothing.
  const allowsColor = options.color && !process.env['NO_COLOR']
  const leave = (): void => readerLeft.abort(new Error('nobody reads standard output any more'))
  return {
    out: outlet(process.stdout, { allowsColor, onFailure: leave }),
    err: outlet(process.stderr, { allowsColor }),
    isQuiet: options.quiet,
    isVerbose: options.verbose,
  }
}

async function projectFolder(cwd: string | undefined): Promise<string> {
  const root = resolve(cwd ?? '.')
  const status = await stat(root).catch(() => null)
  if (status?.isDirectory()) return root
  throw new ConfigError('config.invalid', `${root} is not a folder; name the project folder with --cwd.`)
}

async function setUp(root: string, options: CliOptions, terminal: Keyboard | null): Promise<Workbench> {
  const offered = builtinTools(terminal ? { root, ask: terminal.answer } : { root })
  return {
    root,
    tools: chooseTools(offered, options.tools ?? null),
    instructions: composeInstructions({
      root,
      notes: await readProjectNotes(root),
      system: options.system,
      appendedSystem: options.appendSystem,
    }),
    maxSteps: options.maxSteps,
  }
}

async function settleModel(
  root: string,
  options: CliOptions,
  screen: Screen,
): Promise<{ model: LanguageModel; notice: string }> {
  const { model: configured, warnings } = await readConfig(root, process.env)
  for (const warning of warnings) await complaint(screen, `warning: ${oneLine(warning)}`)
  const chosen = await chooseModel({
    env: process.env,
    ...(options.model === undefined ? {} : { explicit: options.model }),
    ...(configured === null ? {} : { configured: configured.name }),
  })
  return { model: chosen.model, notice: modelNotice(chosen.model, oneLine(reason(chosen, configured))) }
}

function reason({ because, detail }: ChosenModel, configured: Config['model']): string {
  if (because === 'explicit') return '--model'
  return because === 'configured' && configured ? configured.source : detail
}

/** A lone `-` at the end says that something is piped in for certain, however long it takes. */
async function readPrompt(words: readonly string[], isPiped: boolean, screen: Screen): Promise<string> {
  const isAwaited = words.at(-1) === '-'
  const typed = (isAwaited ? words.slice(0, -1) : words).join(' ')
  if (!isPiped) return composePrompt(typed, '')
  const giveUpMs = isAwaited || typed === '' ? null : stdinPatienceMs()
  const piped = await readStdin(process.stdin, {
    noticeMs: STDIN_NOTICE_MS,
    giveUpMs,
    onSilence: () => {
      if (!screen.isQuiet) void note(screen, 'Waiting for standard input (heddle … < /dev/null does not).')
    },
  })
  if (piped === null)
    await note(screen, 'Nothing came on standard input; going on without it ("-" as last argument waits).')
  return composePrompt(typed, piped ?? '')
}

/** Who sits at the terminal. */
interface Keyboard {
  prompt(): Promise<Said>
  /** The `human` tool's way to ask. */
  readonly answer: AskHuman
}

function keyboard(screen: Screen): Keyboard {
  // The prompt belongs to the terminal, also when the answer goes to a file.
  const output = screen.out.isTerminal ? process.stdout : process.stderr
  const isEditable = (screen.out.isTerminal ? screen.out : screen.err).columns !== null
  const common: Pick<LineRequest, 'output' | 'isEditable'> = { output, isEditable }
  const history: string[] = []
  return {
    prompt: () => askLine({ ...common, prompt: '> ', history }),
    async answer(question, { choices, signal }) {
      await screen.err.write(`? ${oneLine(question)}\n`)
      for (const [index, choice] of choices.entries())
        await screen.err.write(`  ${index + 1}. ${oneLine(choice)}\n`)
      const said = await askLine({ ...common, prompt: '? ', history: [], signal })
      // Ctrl-C while being asked means the same as while waiting: stop.
      if (said.kind === 'interrupt' && !signal.aborted) process.emit('SIGINT', 'SIGINT')
      if (said.kind !== 'line') throw new Error('Nobody answered the question.')
      return choices[Number(said.text) - 1] ?? said.text
    },
  }
}
