import { expect, test } from 'vitest'
import { satisfies } from '../node-version.mjs'

const ENGINES = '^22.22.2 || ^24.15.0 || >=26.0.0'

test.each([
  ['v22.22.2', true],
  ['22.23.0', true],
  ['24.21.0', true],
  ['26.0.0', true],
  ['31.4.1', true],
  ['v20.20.2', false],
  ['22.22.1', false],
  ['23.11.0', false],
  ['24.9.9', false],
  ['25.9.0', false],
])('says of Node %s that supporting it is %s', (version, expected) => {
  expect(satisfies(version, ENGINES)).toBe(expected)
})

test('accepts nothing for a range it cannot read', () => {
  expect(satisfies('24.21.0', '24.x')).toBe(false)
})
