import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ConfigError } from '@heddle/core'
import { chooseModel, loadCatalog } from '@heddle/providers'
import type { ChosenModel, ModelsOptions } from '@heddle/providers'
import { builtinTools } from '@heddle/tools'
import { chooseTools } from './choose-tools.ts'
import type { CliOptions, CliRequest } from './command.ts'
import { readConfig } from './config.ts'
import type { Config } from './config.ts'
import { beginConversation } from './conversation.ts'
import { composeInstructions, readProjectNotes } from './instructions.ts'
import { keyboard } from './keyboard.ts'
import type { Keyboard } from './keyboard.ts'
import { oneLine } from './neutralise.ts'
import { runOneShot } from './one-shot.ts'
import { outlet } from './outlet.ts'
import { runPlainPrompt } from './plain-prompt.ts'
import { findProject } from './project.ts'
import { composePrompt, readStdin, stdinPatienceMs } from './read-stdin.ts'
import { runRepl } from './repl.ts'
import { complaint, note } from './screen.ts'
import type { Screen } from './screen.ts'
import { catchStopSignals } from './stop-signals.ts'
import { catalogCacheFile } from './user-files.ts'
import { modelNotice } from './workbench.ts'
import type { AnnouncedModel, Workbench } from './workbench.ts'

/** Silence on standard input after which we say what we wait for, in milliseconds. */
const STDIN_NOTICE_MS = 2_000

/** How the command is used. */
type Manner = 'one-shot' | 'terminal' | 'plain'

/**
 * Puts the command together and runs it: one shot when there is a prompt or one is asked for, else an
 * interactive prompt, plain when standard input is no terminal.
 *
 * @returns The exit code.
 * @throws ConfigError For settings that cannot be used; nothing was run.
 */
export async function start({ words, options }: CliRequest): Promise<number> {
  const readerLeft = new AbortController()
  const isPiped = process.stdin.isTTY !== true
  const isOneShot = words.length > 0 || options.print || options.outputFormat !== 'text'
  const manner: Manner = isOneShot ? 'one-shot' : isPiped ? 'plain' : 'terminal'
  if (isOneShot && words.length === 0 && !isPiped) composePrompt('', '')

  const screen = openScreen(options, readerLeft, manner)
  const terminal = isPiped || options.print || options.outputFormat !== 'text' ? null : keyboard(screen)
  const { bench, chosen } = await prepare(options, screen, terminal)
  const askApproval = terminal?.approve ?? null
  let exitCode: number
  if (manner === 'terminal' && terminal) {
    exitCode = await runRepl(beginConversation(bench, screen, chosen, askApproval), () => terminal.prompt())
  } else if (manner === 'plain') {
    const stop = { signals: catchStopSignals(), readerLeft: readerLeft.signal }
    exitCode = await runPlainPrompt(beginConversation(bench, screen, chosen, null), process.stdin, stop)
  } else {
    const prompt = await readPrompt(words, isPiped, screen)
    const stop = { signals: catchStopSignals(), readerLeft: readerLeft.signal }
    exitCode = await runOneShot(
      { ...chosen, prompt, format: options.outputFormat, askApproval },
      bench,
      screen,
      stop,
    )
  }
  await Promise.all([screen.out.flush(), screen.err.flush(), bench.decisions?.close()])
  return exitCode
}

interface Prepared {
  readonly bench: Workbench
  readonly chosen: AnnouncedModel
}

/** Everything that a run needs; what does not wait for each other is done at the same time. */
async function prepare(options: CliOptions, screen: Screen, terminal: Keyboard | null): Promise<Prepared> {
  const root = await projectFolder(options.cwd)
  const project = options.decisions ? findProject(root) : null
  // Loading the database's code takes longer than reading settings; outside of projects nothing of it is loaded.
  const opener = project === null ? null : import('./decisions/run-decisions.ts')
  const [config, { catalog, problem }] = await Promise.all([
    readConfig(root, process.env),
    loadCatalog({ cacheFile: catalogCacheFile(process.env) }),
  ])
  const problems = problem === null ? [] : [`${problem}; run heddle models update.`]
  for (const warning of [...config.warnings, ...problems])
    await complaint(screen, `warning: ${oneLine(warning)}`)
  const naming = { env: process.env, roles: config.roles, endpoints: config.endpoints, catalog }
  const opening =
    opener !== null && project !== null && config.decisions.enabled
      ? opener.then(({ openDecisions }) => openDecisions(project, config.decisions))
      : null
  const chosen = await settleModel(options, config, naming)
  const opened = await opening
  if (opened?.warning) await complaint(screen, `warning: ${oneLine(opened.warning)}`)
  const decisions = opened?.decisions ?? null
  return { bench: await setUp({ root, options, terminal, naming, decisions }), chosen }
}

function openScreen(options: CliOptions, readerLeft: AbortController, manner: Manner): Screen {
  // https://no-color.org: set to anything but nothing.
  const allowsColor = options.color && !process.env['NO_COLOR']
  const isPlain = manner === 'plain'
  const leave = (): void => readerLeft.abort(new Error('nobody reads standard output any more'))
  return {
    out: outlet(process.stdout, { allowsColor, isPlain, onFailure: leave }),
    err: outlet(process.stderr, { allowsColor, isPlain }),
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

interface Setting extends Pick<Workbench, 'root' | 'naming' | 'decisions'> {
  readonly options: CliOptions
  readonly terminal: Keyboard | null
}

async function setUp({ root, options, terminal, naming, decisions }: Setting): Promise<Workbench> {
  const builtin = builtinTools(terminal ? { root, ask: terminal.answer } : { root })
  return {
    root,
    tools: chooseTools([...builtin, ...(decisions?.tools ?? [])], options.tools ?? null),
    instructions: composeInstructions({
      root,
      notes: await readProjectNotes(root),
      system: options.system,
      appendedSystem: options.appendSystem,
    }),
    maxSteps: options.maxSteps,
    naming,
    decisions,
  }
}

async function settleModel(
  options: CliOptions,
  { model: configured }: Config,
  naming: ModelsOptions,
): Promise<AnnouncedModel> {
  const chosen = await chooseModel({
    ...naming,
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
