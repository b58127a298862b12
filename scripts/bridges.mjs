import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { captured, showProgress } from './captured-command.mjs'
import { npmCommand } from './ensure-installed.mjs'
import { entry } from './entry.mjs'
import { runChild } from './run-child.mjs'
import { root, say } from './workspace.mjs'

/** The programs behind the bridges, in the versions that their recordings in packages/providers/test are of. */
const PROGRAMS = [
  { command: 'claude', name: '@anthropic-ai/claude-code', version: '2.1.328' },
  { command: 'codex', name: '@openai/codex', version: '0.169.0' },
]

const TESTS = 'packages/providers/test/bridge/real-clis.test.ts'

// `npm run bridges`: the real programs, with logins that are made up, against a server on this machine. They are kept,
// about 760 MB, in the user's cache folder, and are put into nobody's PATH.
await entry(async () => {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'heddle', 'bridge-programs')
  const bin = join(cache, 'bin')
  rmSync(bin, { recursive: true, force: true })
  mkdirSync(bin, { recursive: true })
  const missing = []
  for (const program of PROGRAMS) {
    const problem = await ensureProgram(cache, program)
    if (problem === undefined) {
      symlinkSync(installedAt(cache, program), join(bin, program.command))
      continue
    }
    missing.push(program.command)
    say(`${program.command} is not tested, because it could not be installed: ${problem}`)
  }
  if (missing.length === PROGRAMS.length) return 1
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const others = missing.map((command) => `--testNamePattern=^(?!the real ${command} )`)
  const code = await runChild(process.execPath, [vitest, 'run', TESTS, ...others], {
    cwd: root,
    env: { ...process.env, HEDDLE_BRIDGE_CLIS: bin },
  })
  return code || missing.length
})

/** @typedef {typeof PROGRAMS[number]} Program */

/** @param {string} cache @param {Program} program */
function folderOf(cache, { command, version }) {
  return join(cache, `${command}-${version}`)
}

/** @param {string} cache @param {Program} program */
function installedAt(cache, program) {
  return join(folderOf(cache, program), 'node_modules', '.bin', program.command)
}

/**
 * @param {string} cache
 * @param {Program} program
 * @returns {Promise<string | undefined>} What went wrong.
 */
async function ensureProgram(cache, program) {
  const { name, version } = program
  if ((await problemWith(cache, program)) === undefined) return undefined
  const cwd = folderOf(cache, program)
  mkdirSync(cwd, { recursive: true })
  // Without a project of its own there, npm would go up and install into another.
  writeFileSync(join(cwd, 'package.json'), JSON.stringify({ private: true, allowScripts: { [name]: true } }))
  // One of them links its binary into place by an install script, which this repository's own settings forbid.
  const options = ['--no-save', '--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts=false']
  const [file, args] = npmCommand(['install', ...options, `${name}@${version}`])
  const { code, output } = await showProgress(`installing ${name} ${version}`, () =>
    captured(file, args, { cwd }),
  )
  if (code !== 0) return `npm said: ${output.trim()}`
  return problemWith(cache, program)
}

/**
 * @param {string} cache
 * @param {Program} program
 * @returns {Promise<string | undefined>} Nothing when the installed program is of the wanted version.
 */
async function problemWith(cache, program) {
  const cwd = folderOf(cache, program)
  // In a home of its own: it is nobody's business what else it would find there.
  const env = { PATH: process.env.PATH, HOME: cwd }
  const { code, output } = await captured(installedAt(cache, program), ['--version'], { cwd: cache, env })
  return code === 0 && output.includes(program.version)
    ? undefined
    : `asked for its version, it said: ${output.trim()}`
}
