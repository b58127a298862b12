import type { ChildProcess, ChildProcessWithoutNullStreams } from 'node:child_process'
import { pulledBody } from '../transport/pulled-body.ts'
import type { ReplyBody } from '../wire/reply.ts'
import { keepWatch } from './keeper.ts'

/** A program to run; no shell reads its arguments. */
export interface CliProgram {
  readonly path: string
  readonly args: readonly string[]
  /** Its working folder. */
  readonly folder: string
  readonly env: Readonly<Record<string, string>>
  /** Written to its standard input, which is then closed. */
  readonly stdin: string
}

/** What a program prints, as it is wanted: what is not read is held back at its side after a while. */
export type CliOutput = Pick<ReplyBody, 'read' | 'cancel'>

/** A running program. */
export interface CliProcess {
  /** Its `cancel` is `stop`. */
  readonly stdout: CliOutput
  /** Resolves when it and its process group are gone. Never rejects. */
  readonly ended: Promise<CliEnd>
  /** The last that it wrote to its standard error. */
  lastWords(): string
  /** Asks its process group to end; 300 ms later it is killed. */
  stop(): void
}

export interface CliEnd {
  /** `null` when a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
}

/** From SIGTERM to SIGKILL: enough to put down a login that is just being renewed, and soon enough for an abort. */
const KILL_AFTER_MS = 300
/** How long output may still come after its end, from somebody who inherited the pipe and left the group. */
const DRAIN_MS = 200
/** How much of its standard error is kept, in UTF-16 units. */
const MAX_LAST_WORDS = 4_096

/**
 * Starts a program in a process group of its own, so that all it starts can be ended with it.
 *
 * @throws Node's error when it cannot be started.
 */
export async function startCli(program: CliProgram): Promise<CliProcess> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const child = spawn(program.path, program.args, {
    cwd: program.folder,
    env: program.env,
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  })
  // Whether it read all of its input is seen at its answer.
  child.stdin.on('error', () => {})
  const lastWords = keepLastWords(child)
  const exited = new Promise<CliEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }))
  })
  const pid = await spawned(child)
  const release = keepWatch(pid, program.folder)
  child.stdin.end(program.stdin)

  let killTimer: ReturnType<typeof setTimeout> | undefined
  let isGone = false
  const stop = (): void => {
    if (isGone || killTimer) return
    signalGroup(pid, 'SIGTERM')
    killTimer = setTimeout(() => signalGroup(pid, 'SIGKILL'), KILL_AFTER_MS)
  }
  const ended = exited.then((end) => {
    isGone = true
    clearTimeout(killTimer)
    signalGroup(pid, 'SIGKILL')
    release()
    child.stderr.destroy()
    return end
  })
  return { stdout: outputOf(child, ended, stop), ended, lastWords, stop }
}

function spawned(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('spawn', () => {
      if (child.pid === undefined) reject(new Error('It has no process id'))
      else resolve(child.pid)
    })
  })
}

/** A group that is gone already is as good as one that was ended. */
function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal)
  } catch {
    // No such group; or Windows, which has none, where the program itself is all that can be ended.
    try {
      if (process.platform === 'win32') process.kill(group, signal)
    } catch {
      // It has ended.
    }
  }
}

function keepLastWords(child: ChildProcessWithoutNullStreams): () => string {
  let words = ''
  child.stderr.setEncoding('utf8')
  child.stderr.on('data', (text: string) => {
    words += text
    // Not in the middle of a word, half of which would not be known for a key.
    if (words.length > MAX_LAST_WORDS) words = words.slice(-MAX_LAST_WORDS).replace(/^\S*/, '')
  })
  child.stderr.on('error', () => {})
  return () => words
}

function outputOf(
  child: ChildProcessWithoutNullStreams,
  ended: Promise<CliEnd>,
  stop: () => void,
): CliOutput {
  const over = new Error('The program has ended')
  const body = pulledBody(child.stdout, stop)
  let drain: ReturnType<typeof setTimeout> | undefined
  let hasExited = false
  let isWaiting = false
  const endSoon = (): void => {
    drain = setTimeout(() => body.fail(over), DRAIN_MS)
  }
  void ended.then(() => {
    hasExited = true
    if (isWaiting) endSoon()
  })
  return {
    async read() {
      isWaiting = true
      if (hasExited) endSoon()
      try {
        return await body.read()
      } catch (thrown) {
        if (thrown === over) return null
        throw thrown
      } finally {
        isWaiting = false
        clearTimeout(drain)
      }
    },
    cancel() {
      body.cancel()
      child.stdout.destroy()
    },
  }
}
