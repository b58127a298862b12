#!/usr/bin/env node
// Only what every Node that can parse this file has: the check below must come before anything that may not load.
import { readFileSync } from 'node:fs'
import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

interface Manifest {
  readonly version: string
  readonly engines: { readonly node: string }
}

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as Manifest
const [first, ...others] = process.argv.slice(2)

if (!isSupported(process.versions.node, manifest.engines.node)) {
  process.stderr.write(
    `heddle: Node ${manifest.engines.node} is needed and this is ${process.versions.node}; install Node 24 and run the command again.\n`,
  )
  process.exitCode = 1
} else if ((first === '--version' || first === '-V') && others.length === 0) {
  process.stdout.write(`${manifest.version}\n`)
} else {
  cacheCompiledCode()
  const { main } = await import('./main.ts')
  process.exit(await main(process.argv.slice(2), manifest.version))
}

/** Understands the forms our `engines` uses, `^X.Y.Z` and `>=X.Y.Z` joined by `||`; the full grammar would need a package. */
function isSupported(version: string, range: string): boolean {
  const actual = version.split('.').map(Number)
  return range.split('||').some((alternative) => {
    const form = /^\s*(\^|>=)(\d+)\.(\d+)\.(\d+)\s*$/.exec(alternative)
    if (form === null) return false
    const lowest = form.slice(2).map(Number)
    const differing = lowest.findIndex((part, index) => part !== actual[index])
    const isAtLeast = differing === -1 || (actual[differing] || 0) > (lowest[differing] || 0)
    return isAtLeast && (form[1] === '>=' || actual[0] === lowest[0])
  })
}

/** In the user's own cache folder: Node's default is a shared temporary one, where others could plant code. */
function cacheCompiledCode(): void {
  const own = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'heddle', 'compiled')
  module.enableCompileCache?.(process.env['NODE_COMPILE_CACHE'] || own)
}
