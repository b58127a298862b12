/**
 * Whether a Node version is in an `engines` range.
 *
 * @param {string} version - `24.21.0` or `v24.21.0`.
 * @param {string} range - Alternatives joined by `||`, each `^X.Y.Z` or `>=X.Y.Z`: all that our `engines` uses.
 *   The full grammar would need a package, and this runs before any is installed.
 * @returns {boolean} False for a form it does not know.
 */
export function satisfies(version, range) {
  const actual = numbers(version)
  return range.split('||').some((alternative) => {
    const [, operator, lowest] = /^\s*(\^|>=)(\d+\.\d+\.\d+)\s*$/.exec(alternative) ?? []
    if (operator === undefined || lowest === undefined) return false
    const bound = numbers(lowest)
    return compare(actual, bound) >= 0 && (operator === '>=' || actual[0] === bound[0])
  })
}

/** @param {string} version */
function numbers(version) {
  return version
    .replace(/^v/, '')
    .split('.')
    .map((part) => Number.parseInt(part, 10))
}

/** @param {number[]} a @param {number[]} b */
function compare(a, b) {
  const differing = a.findIndex((part, index) => part !== b[index])
  return differing === -1 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0)
}
