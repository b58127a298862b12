import { spawn } from 'node:child_process'
import { say } from './workspace.mjs'

/**
 * Shows that a long piece of work goes on: a counting line in a terminal, a line every 10 seconds elsewhere.
 *
 * @template T
 * @param {string} what - For the person waiting: "installing dependencies".
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function showProgress(what, work) {
  const startedMs = Date.now()
  const line = () => `${what} … ${Math.round((Date.now() - startedMs) / 1000)} s`
  const isTerminal = process.stderr.isTTY
  if (!isTerminal) say(`${what} …`)
  const tick = () => (isTerminal ? process.stderr.write(`\rheddle: ${line()}`) : say(line()))
  const timer = setInterval(tick, isTerminal ? 1000 : 10_000)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    process.stderr.write(`${isTerminal ? '\r' : ''}heddle: ${line()}\n`)
  }
}

/**
 * Runs a command and keeps what it says.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, output: string }>} `output` is stdout and stderr, in order of arrival. A program
 *   that cannot be started gives code 127, as in shells.
 */
export function captured(file, args, options) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    /** @type {Buffer[]} */
    const chunks = []
    child.stdout.on('data', (chunk) => chunks.push(chunk))
    child.stderr.on('data', (chunk) => chunks.push(chunk))
    child.once('error', (error) => resolve({ code: 127, output: error.message }))
    child.once('close', (code) =>
      resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }),
    )
  })
}
