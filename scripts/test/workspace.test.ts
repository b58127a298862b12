import { expect, test } from 'vitest'
import { dependencyClosure } from '../workspace.mjs'

test('names a package after those it stands on', () => {
  expect(dependencyClosure('packages/cli')).toEqual([
    'packages/core',
    'packages/graph',
    'packages/providers',
    'packages/store',
    'packages/tools',
    'packages/cli',
  ])
})

test('leaves out a folder that is not published', () => {
  expect(dependencyClosure('bench')).not.toContain('bench')
})
