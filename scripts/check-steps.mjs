import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundledBytes } from './bundled-bytes.mjs'
import { captured } from './captured-command.mjs'
import { importCycles } from './import-cycles.mjs'
import { lockfileProblems } from './lockfile-problems.mjs'
import { stagePackage } from './stage-package.mjs'
import { publishedPackages, readManifest, root } from './workspace.mjs'

/** Core must stay cheap to take along into a browser or an edge function. */
const CORE_MAX_BYTES = 30 * 1024

/**
 * What a change must pass, in order: quick ones first.
 *
 * @type {readonly { name: string, run: () => Promise<string | undefined> }[]} `run` gives what is wrong, if anything.
 */
export const checkSteps = [
  { name: 'lockfile', run: checkLockfile },
  { name: 'format', run: () => tool('prettier', '--check', '.') },
  { name: 'lint', run: checkLint },
  { name: 'cycles', run: checkCycles },
  { name: 'types', run: checkTypes },
  { name: 'tests', run: () => command('scripts/test.mjs') },
  { name: 'build', run: () => tool('nx', 'run-many', '-t', 'build') },
  { name: 'packages', run: checkPackages },
  { name: 'core', run: checkCore },
]

/** The rule that guards the floors skips itself while Nx has no graph of the packages, so the graph comes first. */
async function checkLint() {
  return (await tool('nx', 'show', 'projects')) ?? (await tool('eslint', '.'))
}

/** @param {string} name @param {string[]} args */
function tool(name, ...args) {
  return command(join('node_modules/.bin', name), ...args)
}

/**
 * @param {string} file - A script, relative to the root.
 * @param {string[]} args
 */
async function command(file, ...args) {
  const { code, output } = await captured(process.execPath, [join(root, file), ...args], { cwd: root })
  return code === 0 ? undefined : output
}

async function checkLockfile() {
  const problems = lockfileProblems(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')))
  return problems.length === 0 ? undefined : problems.join('\n')
}

async function checkCycles() {
  const cycles = publishedPackages().flatMap((folder) =>
    importCycles(sourcesOf(join(root, folder, 'src')), root),
  )
  return cycles.length === 0 ? undefined : `Files import each other in a circle:\n${cycles.join('\n')}`
}

async function checkTypes() {
  return (await tool('tsc', '-p', 'tsconfig.json')) ?? (await tool('nx', 'run-many', '-t', 'typecheck'))
}

/** Packs every package as it would be published, and lets publint and attw look at the tarballs. */
async function checkPackages() {
  const tarballs = mkdtempSync(join(tmpdir(), 'heddle-pack-'))
  try {
    for (const folder of publishedPackages()) {
      const problem = await checkTarball(stagePackage(folder), tarballs)
      if (problem !== undefined) return `${folder}:\n${problem}`
    }
    return undefined
  } finally {
    rmSync(tarballs, { recursive: true, force: true })
  }
}

/** @param {string} staged @param {string} tarballs */
async function checkTarball(staged, tarballs) {
  const before = new Set(readdirSync(tarballs))
  const packed = await captured('npm', ['pack', '--pack-destination', tarballs], { cwd: staged })
  const tarball = readdirSync(tarballs).find((name) => !before.has(name))
  if (packed.code !== 0 || tarball === undefined) return packed.output
  const path = join(tarballs, tarball)
  return (
    (await tool('publint', 'run', path, '--strict')) ??
    (await tool('attw', path, '--profile', 'esm-only', '--no-color'))
  )
}

async function checkCore() {
  const manifest = readManifest('packages/core')
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  if (dependencies.length > 0)
    return `@heddle/core must have no dependencies, but has ${dependencies.join(', ')}.`
  const bytes = await bundledBytes(join(root, 'packages/core/dist/index.js'))
  return bytes <= CORE_MAX_BYTES
    ? undefined
    : `@heddle/core is ${bytes} bytes minified and gzipped; the limit is ${CORE_MAX_BYTES}.`
}

/** @param {string} folder */
function sourcesOf(folder) {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}
