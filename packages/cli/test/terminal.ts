import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { until } from './heddle-process.ts'

export const CTRL_C = '\u0003'
export const CTRL_D = '\u0004'
export const ENTER = '\r'

/** `script` (util-linux) gives a command a terminal of its own. */
export const hasScript: boolean = spawnSync('script', ['--version']).status === 0

/** Somebody at a terminal. */
export interface Terminal {
  readonly child: ChildProcess
  /** Everything shown so far, without escape sequences. */
  readonly shown: () => string
  type(text: string): void
  /** Waits until the screen shows `text` behind what it showed when last waited for. */
  waitFor(text: string): Promise<void>
  readonly code: Promise<number | null>
}

/** Runs a command at a terminal. */
export function openTerminal(
  command: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Terminal {
  // A shell that stayed between would count Ctrl-C against itself and end with 130.
  const line = `exec ${command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')}`
  const child = spawn('script', ['--quiet', '--return', '--command', line, '/dev/null'], {
    cwd,
    env: { ...env, TERM: 'xterm', SHELL: '/bin/sh' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let raw = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (raw += text))
  // eslint-disable-next-line no-control-regex -- escape sequences are what it removes
  const shown = (): string => raw.replace(/\u001b(\[[\d;?]*([A-Za-z]|$)|$)/g, '').replaceAll('\r', '')
  let seen = 0
  return {
    child,
    shown,
    type: (text) => child.stdin?.write(text),
    async waitFor(text) {
      await until(() => shown().includes(text, seen))
      seen = shown().indexOf(text, seen) + text.length
    },
    code: new Promise((resolve) => child.on('exit', resolve)),
  }
}
