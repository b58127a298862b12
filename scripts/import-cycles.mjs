import { readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import ts from 'typescript'

/**
 * Import cycles among files, type imports included: files that need each other to be understood are one file.
 *
 * @param {readonly string[]} files - Absolute paths. Imports of others are not followed.
 * @param {string} base - The cycles name files relative to this folder.
 * @returns {string[]} One line a cycle, `a.ts -> b.ts -> a.ts`; empty when there are none.
 */
export function importCycles(files, base) {
  const known = new Set(files)
  /** @type {Map<string, 'open' | 'done'>} */
  const states = new Map()
  /** @type {string[]} */
  const cycles = []
  /** @param {string} file @param {readonly string[]} path - How the walk came here. */
  const visit = (file, path) => {
    if (states.get(file) === 'done') return
    if (states.get(file) === 'open') {
      const cycle = [...path.slice(path.indexOf(file)), file]
      cycles.push(cycle.map((name) => relative(base, name)).join(' -> '))
      return
    }
    states.set(file, 'open')
    for (const imported of relativeImports(file)) if (known.has(imported)) visit(imported, [...path, file])
    states.set(file, 'done')
  }
  for (const file of files) visit(file, [])
  return cycles
}

/** @param {string} file */
function relativeImports(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true)
  return importedFiles
    .map(({ fileName }) => fileName)
    .filter((name) => name.startsWith('.'))
    .map((name) => resolve(dirname(file), name))
}
