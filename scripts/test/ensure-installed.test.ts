import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { isInstalled } from '../ensure-installed.mjs'

const LOCKED = {
  '': {},
  'packages/core': { version: '0.0.0' },
  'node_modules/@heddle/core': {},
  'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
  'node_modules/@esbuild/win32-x64': { version: '0.28.2', integrity: 'sha512-b', optional: true },
}

function folderWith(locked: object, recorded?: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-installed-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages: locked }))
  mkdirSync(join(folder, 'node_modules'))
  if (recorded !== undefined) {
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: recorded }))
  }
  return folder
}

test('takes the packages of other platforms as not needed', () => {
  const { '': _root, 'node_modules/@esbuild/win32-x64': _other, ...recorded } = LOCKED

  expect(isInstalled(folderWith(LOCKED, recorded))).toBe(true)
})

test('sees an install that never finished', () => {
  expect(isInstalled(folderWith(LOCKED))).toBe(false)
})

test.each([
  ['another version', { version: '4.6.6', integrity: 'sha512-a' }],
  ['other contents', { version: '4.6.7', integrity: 'sha512-z' }],
  ['nothing', undefined],
])('sees %s where the lockfile names a package', (_what, zod) => {
  const recorded = { ...LOCKED, 'node_modules/zod': zod }

  expect(isInstalled(folderWith(LOCKED, recorded))).toBe(false)
})

test('sees a workspace that is not linked yet', () => {
  const { 'node_modules/@heddle/core': _link, ...recorded } = LOCKED

  expect(isInstalled(folderWith(LOCKED, recorded))).toBe(false)
})
