import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'

export interface Child {
  readonly process: ChildProcess
  /** Everything it printed so far. */
  output(): string
  /** Resolves with its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** Runs a program of this folder on the sources. */
export function startChild(name: string, ...args: string[]): Child {
  const path = join(import.meta.dirname, name)
  const child = spawn(process.execPath, ['--conditions=@heddle/source', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<number | string>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown')),
  )
  return { process: child, output: () => output, ended }
}
