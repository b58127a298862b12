import type { Environment } from '../environment.ts'
import type { BridgeCli, BridgeLogin, CliSaid } from './bridge-cli.ts'
import { cliEnvironment } from './cli-environment.ts'
import { startCli } from './cli-process.ts'

/** A program that was found, and the environment that it gets. */
export interface FoundCli {
  readonly cli: BridgeCli
  readonly path: string
  readonly env: Environment
}

/** A program that only tells of itself is quick; one that is not is stuck. */
const SHORT_CALL_MS = 10_000
/** Nothing that is asked here is longer; in bytes. */
const MAX_SAID_BYTES = 64 * 1024

/**
 * Lets a program say one thing.
 *
 * @returns `null` when it cannot be started, takes too long or says too much.
 * @throws Whatever the signal was aborted with.
 */
async function runCli(
  found: FoundCli,
  args: readonly string[],
  signal: AbortSignal,
): Promise<CliSaid | null> {
  signal.throwIfAborted()
  const running = await startCli({
    path: found.path,
    args,
    folder: process.getBuiltinModule('node:os').tmpdir(),
    env: cliEnvironment(found.env, found.cli.environment),
    stdin: '',
  }).catch(() => null)
  if (!running) return null
  const stop = (): void => running.stdout.cancel()
  const timer = setTimeout(stop, SHORT_CALL_MS)
  signal.addEventListener('abort', stop)
  try {
    const stdout = await readAll(() => running.stdout.read())
    const { exitCode } = await running.ended
    return { exitCode, stdout, stderr: running.lastWords() }
  } catch {
    return null
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
    stop()
    await running.ended
    signal.throwIfAborted()
  }
}

async function readAll(read: () => Promise<Uint8Array | null>): Promise<string> {
  const utf8 = new TextDecoder()
  let text = ''
  for (let bytes = await read(); bytes !== null; bytes = await read()) {
    text += utf8.decode(bytes, { stream: true })
    if (text.length > MAX_SAID_BYTES) throw new Error('The program says too much')
  }
  return text + utf8.decode()
}

/** Asks the program itself; nothing is sent, and nothing of the login is seen. */
export async function lookUpLogin(found: FoundCli, signal: AbortSignal): Promise<BridgeLogin> {
  const said = await runCli(found, found.cli.loginArguments, signal)
  return said ? found.cli.readLogin(said) : 'unknown'
}

/** @returns Such as `2.1.328`; `null` when the program does not say. */
export async function lookUpVersion(found: FoundCli, signal: AbortSignal): Promise<string | null> {
  const said = await runCli(found, ['--version'], signal)
  return /\d+\.\d+\.\d+[\w.+-]*/.exec(said?.stdout ?? '')?.[0] ?? null
}
