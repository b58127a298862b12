import { ToolError } from '@heddle/core'
import type { Tool } from '@heddle/core'
import { commandEnvironment } from './command-environment.ts'
import { outputWindow } from './output-window.ts'
import type { OutputWindow } from './output-window.ts'
import { runProcess } from './run-process.ts'
import type { ProcessEnd } from './run-process.ts'
import { counted, formatBytes } from './shown-text.ts'
import { settlesWithin } from './settles-within.ts'
import { checkedRoot, withDefaults } from './tool-options.ts'
import type { CommandToolOptions } from './tool-options.ts'
import { typedTool } from './typed-tool.ts'

/** At most one look at the output in this time; a reader needs no more. */
const PROGRESS_EVERY_MS = 200
const PROGRESS_CHARS = 2_000
/** Linux takes no longer single argument (MAX_ARG_STRLEN, 128 KiB). @see execve(2) */
const MAX_COMMAND_BYTES = 131_071
/** After the command's own timeout this much is left to kill it and to say so. */
const TIMEOUT_SLACK_MS = 10_000

/** Both streams into one pipe keeps their order; bash where there is one, else what there is. */
const IN_SHELL = 'exec 2>&1; if command -v bash >/dev/null; then exec bash -c "$1"; fi; exec sh -c "$1" sh'

/** Why a command was ended from here. */
type Cause = 'aborted' | 'timed-out' | 'too-much-output'

/**
 * `bash`: runs a shell command in the project folder.
 *
 * The result is what it printed (both streams as they came, without terminal codes, start and end of a
 * long one), then a last line in brackets: `[exit code 1, 0.4 s]`, `[killed by SIGSEGV, 0.1 s]`,
 * `[timed out after 120.0 s; …]`. A non-zero exit code is a result, not an error. While it runs, the end of
 * the output is told as progress. No input, no terminal, and no process is left when it returns.
 *
 * @throws ToolError `tool.failed` when it cannot be started, `tool.interrupted` after an abort.
 */
export function bashTool(options: CommandToolOptions): Tool {
  const root = checkedRoot(options.root)
  const limits = withDefaults(options.limits)
  return typedTool<BashInput>({
    name: 'bash',
    description:
      'Runs a shell command in the project folder and gives its output and exit code. ' +
      'It has no input and no terminal, and everything it started is ended when it returns, background jobs included. ' +
      'Prefer read_file, grep and glob for reading and searching.',
    input: {
      type: 'object',
      properties: {
        command: { type: 'string', minLength: 1, description: 'The command, as typed into bash.' },
        timeout_ms: {
          type: 'integer',
          minimum: 1,
          maximum: limits.commandMaxTimeoutMs,
          description: `Milliseconds until it is killed; default ${limits.commandTimeoutMs}.`,
        },
      },
      required: ['command'],
      additionalProperties: false,
    },
    timeoutMs: limits.commandMaxTimeoutMs + TIMEOUT_SLACK_MS,
    execute({ command, timeout_ms: timeoutMs = limits.commandTimeoutMs }, context) {
      return execute(
        { command, timeoutMs, maxBytes: limits.commandOutputBytes },
        {
          root,
          env: commandEnvironment(options.env ?? process.env),
          window: outputWindow(limits.commandOutputChars),
          signal: context.signal,
        },
      )
    },
  })
}

interface BashInput {
  readonly command: string
  readonly timeout_ms?: number
}

interface Order {
  readonly command: string
  readonly timeoutMs: number
  readonly maxBytes: number
}

interface Surroundings {
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  readonly window: OutputWindow
  readonly signal: AbortSignal
}

async function* execute(order: Order, around: Surroundings): AsyncGenerator<string, string, undefined> {
  refuseUnusable(order.command)
  const { window, signal } = around
  const own = new AbortController()
  let cause: Cause | null = null
  const end = (why: Cause): void => {
    cause ??= why
    own.abort()
  }
  const onAbort = (): void => end('aborted')
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  const timer = setTimeout(() => end('timed-out'), order.timeoutMs)
  const running = runProcess({
    command: ['/bin/sh', '-c', IN_SHELL, 'sh', order.command],
    cwd: around.root,
    env: around.env,
    signal: own.signal,
    onOutput(chunk) {
      window.push(chunk)
      if (window.totalBytes() > order.maxBytes) end('too-much-output')
    },
  })
  try {
    yield* progress(running, window)
    return report(await running, window, cause)
  } finally {
    signal.removeEventListener('abort', onAbort)
    clearTimeout(timer)
    // Reached early when nobody wants the rest: the command must not outlive its call.
    own.abort()
    await running.catch(() => undefined)
  }
}

function refuseUnusable(command: string): void {
  if (command.includes('\0'))
    throw new ToolError('tool.failed', 'The command holds a NUL character; write it as \\0 inside quotes.')
  if (Buffer.byteLength(command) > MAX_COMMAND_BYTES) {
    throw new ToolError(
      'tool.failed',
      'The command is longer than 128 KB, which the system does not take; put it into a script with write_file and run that.',
    )
  }
}

/** The end of the output, whenever there is more of it, until the command has ended. */
async function* progress(
  running: Promise<unknown>,
  window: OutputWindow,
): AsyncGenerator<string, void, undefined> {
  let toldBytes = 0
  while (!(await settlesWithin(running, PROGRESS_EVERY_MS))) {
    if (window.totalBytes() === toldBytes) continue
    toldBytes = window.totalBytes()
    yield window.renderEnd(PROGRESS_CHARS)
  }
}

function report(end: ProcessEnd, window: OutputWindow, cause: Cause | null): string {
  if (cause === 'aborted')
    throw new ToolError(
      'tool.interrupted',
      'The command was stopped before it ended; what it had done so far stays done.',
    )
  const output = window.render().replace(/\n$/, '')
  return `${output === '' ? '[no output]' : output}\n[${status(end, window, cause)}]`
}

function status(end: ProcessEnd, window: OutputWindow, cause: Cause | null): string {
  const seconds = `${(end.durationMs / 1_000).toFixed(1)} s`
  if (cause === 'timed-out')
    return `timed out after ${seconds}; the command and all it had started were killed`
  if (cause === 'too-much-output')
    return `killed after ${formatBytes(window.totalBytes())} of output, ${seconds}`
  const ending = end.killedBy === null ? `exit code ${end.exitCode ?? 0}` : `killed by ${end.killedBy}`
  const left = end.leftovers > 0 ? `; ${counted(end.leftovers, 'background job')} ended with it` : ''
  return `${ending}, ${seconds}${left}`
}
