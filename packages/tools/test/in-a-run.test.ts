import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { agent, toolResultText } from '@heddle/core'
import type { RunEvent } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import { expect, test } from 'vitest'
import { builtinTools } from '../src/index.ts'
import { processesWith, uniqueSeconds } from './living-processes.ts'
import { projectFolder } from './project-folder.ts'

test('finds, reads and edits a file in one run, in the order of the calls', async () => {
  const root = await projectFolder({ 'src/a.ts': 'one\n// TODO two\n' })
  const model = scriptedModel([
    {
      toolCalls: [
        { name: 'grep', input: { pattern: 'TODO' } },
        { name: 'glob', input: { pattern: '*.ts' } },
        { name: 'read_file', input: { path: 'src/b.ts' } },
        { name: 'bash', input: { command: 'wc -l < src/a.ts' } },
      ],
    },
    {
      toolCalls: [
        { name: 'edit_file', input: { path: 'src/a.ts', old_string: '// TODO two', new_string: 'two' } },
      ],
    },
    'Done.',
  ])

  const { text, messages } = await agent({ model, tools: builtinTools({ root }) }).run('Do the TODOs').result

  const results = messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
  expect(
    results.map((result) => [result.name, result.status, toolResultText(result).replace(/\d\.\d s/, 'N s')]),
  ).toEqual([
    ['grep', 'ok', 'src/a.ts:2:// TODO two'],
    ['glob', 'ok', 'src/a.ts'],
    ['read_file', 'error', expect.stringContaining('There is no src/b.ts. Did you mean src/a.ts?')],
    ['bash', 'ok', '2\n[exit code 0, N s]'],
    ['edit_file', 'ok', 'Edited src/a.ts: 1 replacement, line 2.\n     1\tone\n     2\ttwo'],
  ])
  expect(text).toBe('Done.')
  expect(await readFile(join(root, 'src/a.ts'), 'utf8')).toBe('one\ntwo\n')
})

test('leaves no process behind when the run is aborted while a command tells its progress', async () => {
  const seconds = uniqueSeconds()
  const abort = new AbortController()
  const model = scriptedModel([
    { toolCalls: [{ name: 'bash', input: { command: `echo up; sleep ${seconds}` } }] },
  ])
  const run = agent({ model, tools: builtinTools({ root: await projectFolder() }) }).run('Wait', {
    signal: abort.signal,
  })

  const events: RunEvent[] = []
  for await (const event of run) {
    events.push(event)
    if (event.type === 'tool.progress') abort.abort()
  }

  expect(events.find((event) => event.type === 'tool.progress')).toMatchObject({ value: 'up\n' })
  expect(events.at(-1)).toMatchObject({ type: 'run.ended', stop: { reason: 'aborted' } })
  expect(processesWith(seconds)).toEqual([])
})
