import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { captured, showProgress } from './captured-command.mjs'
import { UserError } from './user-error.mjs'
import { dependencyClosure, root } from './workspace.mjs'

const stampFolder = join(root, 'node_modules', '.cache', 'heddle')

/**
 * Builds the JavaScript of the packages that a folder needs, where their sources changed since their last build.
 * Declarations are left out: running a program needs none. Call it on a supported Node only.
 *
 * @param {string} folder - A workspace folder, relative to the root.
 * @throws UserError when a build fails, with the bundler's output.
 */
export async function ensureBuilt(folder) {
  const stale = dependencyClosure(folder).filter((path) => !isBuilt(path))
  if (stale.length === 0) return
  const names = stale.map((path) => path.replace(/^packages\//, '')).join(', ')
  await showProgress(`building ${names}`, () => Promise.all(stale.map(build)))
}

/** @param {string} path */
async function build(path) {
  // Taken before the build: a file that changes during it makes the next run build again.
  const stamp = sourceStamp(path)
  const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js')
  const { code, output } = await captured(process.execPath, [tsup], { cwd: join(root, path) })
  if (code !== 0) throw new UserError(`building ${path} failed; the output was:\n${output.trim()}`)
  mkdirSync(stampFolder, { recursive: true })
  writeFileSync(stampFile(path), stamp)
}

/** @param {string} path */
function isBuilt(path) {
  const file = stampFile(path)
  return (
    existsSync(join(root, path, 'dist')) &&
    existsSync(file) &&
    readFileSync(file, 'utf8') === sourceStamp(path)
  )
}

/** @param {string} path */
function stampFile(path) {
  return join(stampFolder, `built-${path.replaceAll('/', '-')}`)
}

/**
 * Changes whenever a build could come out differently; a program has packages of the workspace built in, so what it
 * stands on counts too. Names, sizes and times suffice and cost no reading.
 *
 * @param {string} path
 */
function sourceStamp(path) {
  const packages = dependencyClosure(path)
  const own = packages.flatMap((folder) => [
    ...['package.json', 'tsup.config.ts', 'tsconfig.json'].map((name) => join(root, folder, name)),
    ...filesUnder(join(root, folder, 'src')),
  ])
  const shared = ['tsup.base.ts', 'tsconfig.base.json', 'package-lock.json'].map((name) => join(root, name))
  const hash = createHash('sha256')
  for (const file of [...own, ...shared]) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file}\0${size}\0${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/** @param {string} folder @returns {string[]} Sorted. */
function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((item) => (item.isDirectory() ? filesUnder(join(folder, item.name)) : [join(folder, item.name)]))
    .sort()
}
