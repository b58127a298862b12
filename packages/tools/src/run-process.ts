import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { ToolError, messageOf } from '@heddle/core'
import { errnoOf } from './fs-failure.ts'
import { guardSession } from './process-guard.ts'
import { newMarker, processSession } from './process-session.ts'
import type { ProcessSession } from './process-session.ts'
import { settlesWithin } from './settles-within.ts'

/** A program to run, and who listens to it. */
export interface ProcessRequest {
  /** Program and arguments; no shell reads them. */
  readonly command: readonly [string, ...string[]]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Aborting it ends the program and all it started: SIGTERM, and SIGKILL 500 ms later. */
  readonly signal: AbortSignal
  /** Called with output in the order it arrives from each pipe; nothing is kept here. */
  readonly onOutput: (chunk: Buffer, from: 'stdout' | 'stderr') => void
}

/** How a program ended. */
export interface ProcessEnd {
  /** `null` when a signal killed it. */
  readonly exitCode: number | null
  readonly killedBy: NodeJS.Signals | null
  readonly durationMs: number
  /** Processes it had left running; they were killed. 0 where the system cannot tell. */
  readonly leftovers: number
}

/** From SIGTERM to SIGKILL. A run waits one second for a tool after an abort, so this must be well below. */
const KILL_AFTER_MS = 500
/** How long output may still arrive after the program's end, from a background child that is about to finish. */
const DRAIN_MS = 100
/** What has closed its output is usually about to end by itself. */
const LINGER_MS = 30
const LOOK_AGAIN_MS = 10

/**
 * Runs a program in a session of its own, without input and without a terminal, and leaves nothing of it
 * behind. It returns at the program's exit, not when the last holder of its output lets go.
 *
 * @throws ToolError `tool.failed` when it cannot be started; `tool.interrupted` when the signal had aborted before.
 */
export async function runProcess(request: ProcessRequest): Promise<ProcessEnd> {
  const { signal } = request
  if (signal.aborted)
    throw new ToolError('tool.interrupted', 'The run was stopped before the program was started.')
  const startedAt = performance.now()
  const marker = newMarker()
  const child = start(request, marker)
  const exited = whenExited(child, request)
  if (child.pid === undefined) return { ...(await exited), durationMs: 0, leftovers: 0 }

  const session = processSession(child.pid, marker)
  const release = guardSession(session)
  const outputEnded = listen(child, request.onOutput)
  let killTimer: NodeJS.Timeout | undefined
  const stop = (): void => {
    session.terminate()
    killTimer = setTimeout(() => session.kill(), KILL_AFTER_MS)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    const end = await exited
    const durationMs = performance.now() - startedAt
    if (!signal.aborted) await settlesWithin(outputEnded, DRAIN_MS)
    // After SIGTERM to all of them, its children may still be cleaning up, for as long as SIGKILL leaves them.
    const isGone = await goneWithin(session, signal.aborted ? KILL_AFTER_MS : LINGER_MS)
    const leftovers = isGone ? 0 : await killWithin(session, DRAIN_MS)
    await settlesWithin(outputEnded, DRAIN_MS)
    return { ...end, durationMs, leftovers }
  } finally {
    signal.removeEventListener('abort', stop)
    clearTimeout(killTimer)
    release()
    child.stdout?.destroy()
    child.stderr?.destroy()
  }
}

function start(
  { command: [program, ...args], cwd, env }: ProcessRequest,
  [name, value]: readonly [string, string],
): ChildProcess {
  try {
    return spawn(program, args, {
      cwd,
      env: { ...env, [name]: value },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  } catch (cause) {
    throw startFailure(cause, cwd)
  }
}

type Exit = Pick<ProcessEnd, 'exitCode' | 'killedBy'>

async function whenExited(child: ChildProcess, { cwd }: ProcessRequest): Promise<Exit> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(startFailure(cause, cwd)))
    child.once('exit', (exitCode, killedBy) => resolve({ exitCode, killedBy }))
  })
}

function startFailure(cause: unknown, cwd: string): ToolError {
  const code = errnoOf(cause)
  const sentence =
    code === 'ENOENT'
      ? `The program could not be started: it, or the folder ${cwd}, does not exist.`
      : code === 'E2BIG'
        ? 'The program could not be started: its arguments are longer than the system allows.'
        : code === 'EAGAIN' || code === 'EMFILE' || code === 'ENFILE' || code === 'ENOMEM'
          ? `The program could not be started: the system has no room for another process (${code}); try again later.`
          : `The program could not be started: ${messageOf(cause)}`
  return new ToolError('tool.failed', sentence, { cause })
}

/** Resolves when both pipes have ended. */
function listen(child: ChildProcess, onOutput: ProcessRequest['onOutput']): Promise<unknown> {
  child.stdout?.on('data', (chunk: Buffer) => onOutput(chunk, 'stdout'))
  child.stderr?.on('data', (chunk: Buffer) => onOutput(chunk, 'stderr'))
  return Promise.all([ended(child.stdout), ended(child.stderr)])
}

function ended(stream: Readable | null): Promise<void> {
  return new Promise((resolve) => {
    if (!stream) return resolve()
    stream.once('close', resolve)
    // A broken pipe says no more than its end does.
    stream.on('error', () => resolve())
  })
}

async function goneWithin(session: ProcessSession, ms: number): Promise<boolean> {
  for (const deadline = performance.now() + ms; performance.now() < deadline; await delay(LOOK_AGAIN_MS)) {
    if (session.isGone()) return true
  }
  return false
}

/** Killed is not yet gone: the system takes a moment, and something may have been forked in it. */
async function killWithin(session: ProcessSession, ms: number): Promise<number> {
  const killed = session.kill()
  for (const deadline = performance.now() + ms; performance.now() < deadline; session.kill()) {
    if (await goneWithin(session, LOOK_AGAIN_MS)) break
  }
  return killed
}
