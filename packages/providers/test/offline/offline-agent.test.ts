import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { agent } from '@heddle/core'
// eslint-disable-next-line @nx/enforce-module-boundaries -- The planner relies on the tools' output: this test holds the two together.
import { builtinTools } from '@heddle/tools'
import { offlineModel } from '../../src/offline.ts'

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "loom", "description": "Weaves." }\n',
  'README.md': '# Loom\n\nWeaves threads.\n',
  '.gitignore': 'dist\n',
  'dist/out.js': '// TODO: must not be seen\n',
  'node_modules/dep/index.js': '// TODO: must not be seen either\n',
  'src/config.ts':
    'export function parseConfig(text: string): string {\n  return text // TODO: parse it\n}\n',
  'src/main.ts': "import { parseConfig } from './config.ts'\n\n/* FIXME */\nparseConfig('mastodon todos')\n",
  'src/ünïcode name.py': 'x = 1  # TODO(ann): name it\n',
}

let root = ''

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'heddle-offline-'))
  for (const [path, text] of Object.entries(FILES)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
})

afterAll(() => rm(root, { recursive: true }))

async function ask(
  prompt: string,
): Promise<{ lines: string[]; stop: string; steps: number; cost: number | null }> {
  const planner = agent({ model: offlineModel(), tools: builtinTools({ root }) })
  const { text, stop, steps, costMicroUsd } = await planner.run(prompt).result
  // The announcement is the first line.
  return { lines: text.split('\n').slice(2), stop: stop.reason, steps, cost: costMicroUsd }
}

test('finds the planted TODO comments of a project, free of charge', async () => {
  expect(await ask('Find all TODO comments')).toEqual({
    lines: [
      '3 TODO/FIXME comments in 3 files (TODO 2, FIXME 1).',
      '',
      '    src/config.ts:2  return text // TODO: parse it',
      '',
      '    src/main.ts:3  /* FIXME */',
      '',
      '    src/ünïcode name.py:1  x = 1  # TODO(ann): name it',
    ],
    stop: 'done',
    steps: 2,
    cost: 0,
  })
})

test('tells a definition from its uses', async () => {
  const definition = await ask('where is parseConfig defined?')
  const uses = await ask('where is parseConfig used?')

  expect(definition.lines).toEqual([
    '`parseConfig` looks defined at 1 place:',
    '',
    '    src/config.ts:1  export function parseConfig(text: string): string {',
  ])
  expect(uses.lines[0]).toBe('3 matches for `parseConfig` in 2 files:')
})

test('lists, reads and counts files', async () => {
  const list = await ask('list the files in src')
  const read = await ask('show config.ts line 2')
  const count = await ask('how many lines are in src/config.ts')

  expect(list.lines).toEqual([
    '3 files in src:',
    '',
    '    src/config.ts',
    '    src/main.ts',
    '    src/ünïcode name.py',
  ])
  expect(read.lines.slice(-5)).toEqual([
    'src/config.ts, line 2 of 3:',
    '',
    '```ts',
    '  return text // TODO: parse it',
    '```',
  ])
  expect(count.lines).toEqual(['3 lines in 1 file in src/config.ts.'])
})

test('lists a folder that was taken for a file', async () => {
  const { lines } = await ask('show ./src')

  expect(lines[0]).toBe('3 files in src:')
})

test('sums the project up', async () => {
  const { lines, steps } = await ask('What is this project?')

  expect(steps).toBe(3)
  expect(lines).toEqual(expect.arrayContaining(['    name: loom', '    Weaves threads.', '    3  src/']))
})

test('gives the words of a tool that failed', async () => {
  const { lines, stop } = await ask('find /foo(/')

  expect(stop).toBe('done')
  expect(lines[0]).toMatch(/^The `grep` tool failed: .*unclosed group/)
})
