/**
 * What would break `npm ci` elsewhere, although `npm install` passed here: a registry that shows a part of the
 * packages lets npm write a lockfile without the platform packages it could not see.
 *
 * @param {{ packages: Record<string, LockedPackage> }} lockfile - A parsed package-lock.json, version 3.
 * @returns {string[]} One sentence each; empty when the lockfile is whole.
 *
 * @typedef {object} LockedPackage
 * @property {string} [version]
 * @property {string} [resolved]
 * @property {string} [integrity]
 * @property {boolean} [link]
 * @property {Record<string, string>} [optionalDependencies]
 */
export function lockfileProblems({ packages }) {
  /** @type {string[]} */
  const problems = []
  for (const [path, entry] of Object.entries(packages)) {
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name))
        problems.push(`${path || 'the root'} names ${name}, which is not locked.`)
    }
    if (!path.includes('node_modules/') || entry.link) continue
    if (entry.integrity === undefined) problems.push(`${path} has no integrity.`)
    if (entry.resolved !== undefined) problems.push(`${path} names where it came from: ${entry.resolved}.`)
  }
  return problems
}

/**
 * Whether Node's look-up from a package's folder upwards would find a locked package.
 *
 * @param {Record<string, LockedPackage>} packages
 * @param {string} from
 * @param {string} name
 */
function isLocked(packages, from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder}${folder === '' ? '' : '/'}node_modules/${name}`] !== undefined) return true
    if (folder === '') return false
  }
}
