import { ConfigError } from '@heddle/core'
import { expect, test } from 'vitest'
import { builtinTools } from '../src/index.ts'

test('offers seven tools, the human only when there is one', () => {
  const alone = builtinTools({ root: '/project' })
  const accompanied = builtinTools({ root: '/project', ask: async () => 'yes' })

  expect(alone.map(({ name }) => name)).toEqual([
    'bash',
    'read_file',
    'write_file',
    'edit_file',
    'grep',
    'glob',
  ])
  expect(accompanied.map(({ name }) => name)).toEqual([...alone.map(({ name }) => name), 'human'])
})

test('describes every argument to the model, and allows no others', () => {
  const tools = builtinTools({ root: '/project', ask: async () => 'yes' })

  for (const { name, input } of tools) {
    const properties = Object.values(input.json['properties'] as Record<string, { description?: string }>)
    expect([name, properties.filter(({ description = '' }) => description === '')]).toEqual([name, []])
    expect([name, input.json['additionalProperties']]).toEqual([name, false])
  }
})

test('refuses a relative root', () => {
  expect(() => builtinTools({ root: 'project' })).toThrow(
    new ConfigError(
      'config.invalid',
      'The tools\' root "project" must be an absolute path; use path.resolve(…).',
    ),
  )
})
