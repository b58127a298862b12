import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/**
 * Runs a program in this terminal and waits for it.
 *
 * Ctrl-C in a terminal goes to the whole process group, so the child has it already and decides for itself how to
 * end; this process only outlives it. SIGTERM and SIGHUP reach one process, so they are passed on, and so is SIGINT
 * where no terminal could have sent it.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} The exit code; 128 + N when signal N ended it, as shells count.
 * @throws When the program cannot be started.
 */
export function runChild(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: 'inherit' })
    const fromTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
    /** @type {Record<string, () => void>} */
    const handlers = {
      SIGINT: () => void (fromTerminal || child.kill('SIGINT')),
      SIGTERM: () => void child.kill('SIGTERM'),
      SIGHUP: () => void child.kill('SIGHUP'),
    }
    for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler)
    const settle = () => {
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler)
    }
    child.once('error', (error) => {
      settle()
      reject(error)
    })
    child.once('exit', (code, signal) => {
      settle()
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
