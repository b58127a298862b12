import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../workspace.mjs'

/** A repository with our scripts, an `engines` range and nothing to install. */
function repositoryFor(engines: string, lockfile: object = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-entry-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  cpSync(join(root, 'scripts'), join(folder, 'scripts'), { recursive: true })
  mkdirSync(join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'x', engines: { node: engines } }))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: lockfile }))
  writeFileSync(join(folder, 'node_modules', '.package-lock.json'), '{}')
  writeFileSync(
    join(folder, 'scripts', 'hello.mjs'),
    "import { entry } from './entry.mjs'\nawait entry(async () => { console.log('hello'); return 7 })\n",
  )
  return folder
}

function run(
  folder: string,
  env: NodeJS.ProcessEnv = {},
): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/hello.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  })
  return { code: status, stdout, stderr }
}

test('goes on under a Node that is supported, and ends with its code', () => {
  expect(run(repositoryFor('>=22.0.0'))).toEqual({ code: 7, stdout: 'hello\n', stderr: '' })
})

test('ends with one sentence under a Node that is not', () => {
  const { code, stdout, stderr } = run(repositoryFor('>=99.0.0'))

  expect({ code, stdout, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, stdout: '', lines: 1 })
  expect(stderr).toMatch(/^heddle: Node >=99\.0\.0 is needed, this is v\d+\.\d+\.\d+, .*install Node 24/)
})

test('installs with the npm that runs it, and says what that said when it fails', () => {
  const folder = repositoryFor('>=22.0.0', {
    'node_modules/absent': { version: '1.0.0', integrity: 'sha512-a' },
  })
  const npm = join(folder, 'npm-cli.js')
  writeFileSync(npm, "console.error('npm was asked to', process.argv[2], 'and cannot'); process.exit(1)")

  const { code, stdout, stderr } = run(folder, { npm_execpath: npm, npm_node_execpath: process.execPath })

  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr.trim().split('\n').slice(-2)).toEqual([
    'heddle: npm ci failed; its output was:',
    'npm was asked to ci and cannot',
  ])
})
