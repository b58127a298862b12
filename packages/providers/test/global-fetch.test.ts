import { beforeAll, expect, test } from 'vitest'
// First of all, so that what is put in its place below is known to be another one.
import { isOurs } from '../src/wire/carry.ts'

/**
 * Runs the suites of everything that can go wrong once more, over the global `fetch`, as on runtimes that are not Node.
 * A `fetch` that somebody put there is never passed over.
 */
const runtimeFetch = globalThis.fetch
globalThis.fetch = (url, init) => runtimeFetch(url, init)

beforeAll(() => {
  expect(isOurs(undefined)).toBe(false)
})

test('is not the one that the package knows', () => {
  expect(globalThis.fetch).not.toBe(runtimeFetch)
})

await import('./contract.test.ts')
await import('./compatible/faults.test.ts')
await import('./anthropic/wire.test.ts')
