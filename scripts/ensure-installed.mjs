import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { captured, showProgress } from './captured-command.mjs'
import { pinnedNode } from './pinned-node.mjs'
import { UserError } from './user-error.mjs'
import { root } from './workspace.mjs'

/**
 * Installs the dependencies when what is in node_modules is not what package-lock.json says.
 *
 * @throws UserError when npm fails; npm's own words are in the message.
 */
export async function ensureInstalled() {
  if (isInstalled(root)) return
  const [file, args] = npmCommand(['ci', '--no-audit', '--no-fund'])
  const { code, output } = await showProgress('installing dependencies, about a minute the first time', () =>
    captured(file, args, { cwd: root }),
  )
  if (code !== 0) throw new UserError(`npm ci failed; its output was:\n${output.trim()}`)
}

/**
 * Compares the lockfile with the record that npm keeps of what it really installed, so an install by hand counts
 * too, and one that was cut off does not: npm writes the record last.
 *
 * @param {string} folder - Of package-lock.json and node_modules.
 * @returns {boolean}
 */
export function isInstalled(folder) {
  const recordPath = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(recordPath)) return false
  const wanted = packagesIn(join(folder, 'package-lock.json'))
  const present = packagesIn(recordPath)
  return Object.entries(wanted).every(([path, entry]) => {
    // '' is the root itself, and a folder outside node_modules is a workspace: neither is installed.
    if (!path.includes('node_modules/')) return true
    // Optional packages are for some platforms only; the one that matters here is the pinned Node.
    if (entry.optional && path !== pinnedNode.packagePath) return true
    if (entry.optional && !pinnedNode.isForThisPlatform) return true
    const installed = present[path]
    return (
      installed !== undefined &&
      installed.version === entry.version &&
      installed.integrity === entry.integrity
    )
  })
}

/**
 * @param {string} lockfile
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }>}
 */
function packagesIn(lockfile) {
  return JSON.parse(readFileSync(lockfile, 'utf8')).packages ?? {}
}

/**
 * How to call npm: the one that runs this script, under the Node that runs it, because during an install the `node`
 * that PATH offers may be a file which that install replaces.
 *
 * @param {string[]} args
 * @returns {[file: string, args: string[]]}
 */
export function npmCommand(args) {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env
  return cli?.endsWith('npm-cli.js') && node ? [node, [cli, ...args]] : ['npm', args]
}
