import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../workspace.mjs'

/** Building five packages takes ten seconds where nothing else runs. */
const BUILD_TIMEOUT_MS = 120_000

function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `heddle-${name}-`))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

/** The repository as a clone of it is: sources and what is installed, and nothing that was built. */
function freshClone(): string {
  const clone = temporaryFolder('clone')
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean)
  for (const file of files.filter((name) => existsSync(join(root, name)))) {
    mkdirSync(dirname(join(clone, file)), { recursive: true })
    cpSync(join(root, file), join(clone, file))
  }
  linkInstalled(clone)
  return clone
}

/** Links what npm installed; the packages of the workspace are the clone's own. */
function linkInstalled(clone: string): void {
  const installed = join(root, 'node_modules')
  const linked = join(clone, 'node_modules')
  mkdirSync(join(linked, '@heddle'), { recursive: true })
  for (const name of readdirSync(installed)) {
    // What is built is on record in the first of them.
    if (['.cache', '.vite', '.vite-temp', '@heddle'].includes(name)) continue
    symlinkSync(join(installed, name), join(linked, name))
  }
  for (const folder of readdirSync(join(clone, 'packages'))) {
    symlinkSync(join(clone, 'packages', folder), join(linked, '@heddle', folder))
    const own = join(root, 'packages', folder, 'node_modules')
    if (existsSync(own)) symlinkSync(own, join(clone, 'packages', folder, 'node_modules'))
  }
}

test('npm start builds what it needs in a fresh clone, and answers', { timeout: BUILD_TIMEOUT_MS }, () => {
  const clone = freshClone()
  const project = temporaryFolder('project')
  writeFileSync(join(project, 'a.ts'), '// TODO: mend the roof\n')
  mkdirSync(join(project, '.heddle'))

  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(clone, 'scripts', 'start.mjs'), 'Find all TODO comments'],
    {
      cwd: clone,
      env: { PATH: process.env.PATH, HOME: project, INIT_CWD: project },
      encoding: 'utf8',
    },
  )

  expect(stderr).toContain('building ')
  expect(stdout).toContain('a.ts:1')
  expect(stdout).toContain('mend the roof')
  expect(status, stderr).toBe(0)
})
