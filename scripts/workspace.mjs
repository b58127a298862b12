import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder, absolute. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/**
 * The fields of a package.json that these scripts read.
 *
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {{ node: string }} [engines]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [bin]
 */

/**
 * @param {string} folder - Relative to the root, or absolute.
 * @returns {Manifest}
 */
export function readManifest(folder) {
  return JSON.parse(readFileSync(join(resolveFromRoot(folder), 'package.json'), 'utf8'))
}

/** Folders of the packages that we publish, relative to the root, sorted. */
export function publishedPackages() {
  return readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .sort()
}

/**
 * The published packages that a folder's package.json reaches through its dependencies, itself included when it
 * is one; a package comes after those it depends on.
 *
 * @param {string} folder
 * @returns {string[]} Folders relative to the root.
 */
export function dependencyClosure(folder) {
  const folderOf = new Map(publishedPackages().map((path) => [readManifest(path).name, path]))
  /** @type {Set<string>} */
  const found = new Set()
  /** @param {string} path */
  const visit = (path) => {
    const manifest = readManifest(path)
    for (const name of Object.keys(manifest.dependencies ?? {})) {
      const dependency = folderOf.get(name)
      if (dependency !== undefined && !found.has(dependency)) visit(dependency)
    }
    if (folderOf.has(manifest.name)) found.add(path)
  }
  visit(folder)
  return [...found]
}

/** @param {string} path */
function resolveFromRoot(path) {
  return path.startsWith('/') ? path : join(root, path)
}

/** One line to the person at the terminal; on stderr, because stdout belongs to the command's own result.
 *  @param {string} line */
export function say(line) {
  process.stderr.write(`heddle: ${line}\n`)
}
