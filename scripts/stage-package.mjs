import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** The export condition by which packages of this workspace link to each other's sources. */
const SOURCE_CONDITION = '@heddle/source'

/**
 * Lays out what is published of a package, in its `.publish` folder: the build, the licence, and a package.json
 * without the parts that mean something in this repository only. `publishConfig.directory` makes Changesets publish
 * that folder.
 *
 * @param {string} folder - Relative to the root; built.
 * @returns {string} The staged folder, absolute.
 */
export function stagePackage(folder) {
  const from = join(root, folder)
  const to = join(from, '.publish')
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to)
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true })
  cpSync(join(root, 'LICENSE'), join(to, 'LICENSE'))
  if (existsSync(join(from, 'README.md'))) cpSync(join(from, 'README.md'), join(to, 'README.md'))
  const manifest = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8'))
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`)
  return to
}

/**
 * @param {Record<string, any>} manifest - A package.json of this workspace.
 * @returns {Record<string, any>} The same without scripts, development dependencies, Nx tags and source condition.
 */
export function publishedManifest(manifest) {
  const {
    scripts: _scripts,
    devDependencies: _devDependencies,
    nx: _nx,
    exports,
    publishConfig,
    ...rest
  } = manifest
  const { directory: _directory, ...publishing } = publishConfig ?? {}
  return { ...rest, exports: withoutSources(exports), publishConfig: publishing }
}

/**
 * @param {unknown} target - A value of an `exports` map, at any depth.
 * @returns {unknown}
 */
function withoutSources(target) {
  if (typeof target !== 'object' || target === null) return target
  return Object.fromEntries(
    Object.entries(target)
      .filter(([key]) => key !== SOURCE_CONDITION)
      .map(([key, value]) => [key, withoutSources(value)]),
  )
}
