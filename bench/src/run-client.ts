import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { BenchError } from './bench-error.ts'

/** How a client process is started. */
export interface ClientStart {
  /** JavaScript module, run as if it lay in this workspace folder. */
  readonly code: string
  readonly args: readonly string[]
  /** For messages, and the name of its CPU profile. */
  readonly name: string
  /** Where it leaves a CPU profile; `null`: it is not profiled. */
  readonly profileFolder: string | null
}

/** Far more than the slowest candidate needs; only a hang takes as long. */
const TIMEOUT_MS = 120_000

/**
 * Runs a client in a fresh process.
 *
 * @returns What it printed, parsed.
 * @throws BenchError When it failed, with the last line it complained in.
 */
export function runClient(client: ClientStart): Promise<unknown> {
  const args = [
    '--input-type=module',
    '--expose-gc',
    ...conditions(),
    ...profileArgs(client),
    '--eval',
    client.code,
    '--',
  ]
  return new Promise((resolve, reject) => {
    const options = {
      cwd: fileURLToPath(new URL('..', import.meta.url)),
      env: plainEnvironment(),
      timeout: TIMEOUT_MS,
      maxBuffer: 64 * 2 ** 20,
    }
    execFile(process.execPath, [...args, ...client.args], options, (error, stdout, stderr) => {
      if (error === null) resolve(JSON.parse(stdout) as unknown)
      else reject(new BenchError(`${client.name} did not finish its work: ${reason(error, stderr)}`))
    })
  })
}

/** Whether packages resolve to their sources, as this process was told; otherwise to what was built. */
function conditions(): string[] {
  return process.execArgv.filter((argument) => argument.startsWith('--conditions='))
}

function profileArgs({ name, profileFolder }: ClientStart): string[] {
  if (profileFolder === null) return []
  return [
    '--cpu-prof',
    `--cpu-prof-dir=${profileFolder}`,
    `--cpu-prof-name=${name.replaceAll(' ', '-')}.cpuprofile`,
  ]
}

/** Without Node's own variables: a compile cache, a proxy or options from outside would be measured too. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')))
}

function reason(error: Error & { killed?: boolean }, stderr: string): string {
  if (error.killed === true) return `it was given up after ${TIMEOUT_MS / 1000} s.`
  const lines = stderr.split('\n').map((line) => line.trim())
  return (
    lines.find((line) => /^(?:[A-Z]\w*)?Error\b/.test(line)) ??
    lines.findLast((line) => line !== '') ??
    error.message
  )
}
