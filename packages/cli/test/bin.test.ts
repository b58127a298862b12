import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const source = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const manifestFile = fileURLToPath(new URL('../package.json', import.meta.url))
const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as {
  version: string
  engines: { node: string }
}

/** The bin alone in a package, without anything it could import: as JavaScript, so that any Node can run it. */
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-bin-'))
  mkdirSync(join(folder, 'dist'))
  writeFileSync(join(folder, 'dist', 'bin.js'), stripTypeScriptTypes(readFileSync(source, 'utf8')))
  copyFileSync(manifestFile, join(folder, 'package.json'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function runAlone(
  engines: string,
  args: readonly string[],
  node = process.execPath,
): { code: number | null; stdout: string; stderr: string } {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...manifest, engines: { node: engines } }))
  const { status, stdout, stderr } = spawnSync(node, [join(folder, 'dist', 'bin.js'), ...args], {
    encoding: 'utf8',
  })
  return { code: status, stdout, stderr }
}

describe('the bin', () => {
  test('prints the version without importing anything of ours', () => {
    expect(runAlone(manifest.engines.node, ['--version'])).toEqual({
      code: 0,
      stdout: `${manifest.version}\n`,
      stderr: '',
    })
  })

  test.each(['>=99.0.0', '^99.1.2', '^23.0.0 || ^25.0.0', '^24.999.0', 'whatever'])(
    'says in one sentence that Node %s is needed, whatever is asked',
    (engines) => {
      const sentence = `heddle: Node ${engines} is needed and this is ${process.versions.node}; install Node 24 and run the command again.\n`

      expect(runAlone(engines, ['--version'])).toEqual({ code: 1, stdout: '', stderr: sentence })
      expect(runAlone(engines, ['do', 'it'])).toEqual({ code: 1, stdout: '', stderr: sentence })
    },
  )

  test.each([`^${process.versions.node}`, `>=${process.versions.node}`, '^1.2.3 || >=22.0.0'])(
    'runs where %s is needed',
    (engines) => {
      expect(runAlone(engines, ['-V']).code).toBe(0)
    },
  )

  const other = otherNode()
  test.skipIf(other === null)('says so under a Node that is really too old', () => {
    const { code, stdout, stderr } = runAlone(manifest.engines.node, ['--help'], other ?? '')

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(
      /^heddle: Node .* is needed and this is \d+\.\d+\.\d+; install Node 24 and run the command again\.\n$/,
    )
  })
})

/** The machine's own Node when it is one we do not support; tests run on the pinned one. */
function otherNode(): string | null {
  for (const file of ['/usr/local/bin/node', '/usr/bin/node']) {
    try {
      const version = execFileSync(file, ['--version'], { encoding: 'utf8' })
      if (Number(/^v(\d+)/.exec(version)?.[1]) < 22) return file
    } catch {
      // Not there.
    }
  }
  return null
}
