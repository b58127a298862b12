import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { importCycles } from '../import-cycles.mjs'

function cyclesOf(sources: Record<string, string>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-cycles-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const files = Object.entries(sources).map(([name, text]) => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  })
  return importCycles(files, folder)
}

test('finds a circle through type imports and re-exports', () => {
  const cycles = cyclesOf({
    'a.ts': "import type { B } from './b.ts'",
    'b.ts': "export { C } from './c.ts'",
    'c.ts': "export const load = () => import('./a.ts')",
  })

  expect(cycles).toEqual(['a.ts -> b.ts -> c.ts -> a.ts'])
})

test('finds a file that imports itself', () => {
  expect(cyclesOf({ 'a.ts': "import './a.ts'" })).toEqual(['a.ts -> a.ts'])
})

test('lets two files share a third, and packages be', () => {
  const cycles = cyclesOf({
    'a.ts': "import './b.ts'; import './c.ts'; import 'a'",
    'b.ts': "import './c.ts'",
    'c.ts': "// import './a.ts'",
  })

  expect(cycles).toEqual([])
})
