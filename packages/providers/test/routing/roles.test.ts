import { ConfigError } from '@heddle/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { models } from '../../src/models.ts'
import { modelStringsOf, WELL_KNOWN_ROLES } from '../../src/routing/roles.ts'

const roles = {
  default: 'anthropic/claude-sonnet-5',
  weak: 'groq/small, default',
  judge: 'weak',
  panel: 'judge, openai/gpt-5.4',
}

test.each([
  ['default', ['anthropic/claude-sonnet-5']],
  ['weak', ['groq/small', 'anthropic/claude-sonnet-5']],
  ['judge', ['groq/small', 'anthropic/claude-sonnet-5']],
  ['panel', ['groq/small', 'anthropic/claude-sonnet-5', 'openai/gpt-5.4']],
  ['architect', ['anthropic/claude-sonnet-5']],
  [' xai:grok-4.3 , default,xai:grok-4.3', ['xai:grok-4.3', 'anthropic/claude-sonnet-5']],
  ['ollama:qwen3:8b', ['ollama:qwen3:8b']],
])('takes %s for %j', (text, strings) => {
  expect(modelStringsOf(text, roles)).toEqual(strings)
})

test.each<[string, Record<string, string> | undefined, string, RegExp]>([
  [
    'weak',
    undefined,
    'config.unknown_role',
    /^The role weak is not set, and neither is the role default; give it/,
  ],
  ['default', {}, 'config.unknown_role', /^The role default is not set; give it a model string, such as/],
  [
    'jugde',
    roles,
    'config.unknown_role',
    /^"jugde" is neither a model string, .* did you mean "judge"\? Roles are default/,
  ],
  [
    'zzzzzz',
    roles,
    'config.unknown_role',
    /nor a role; roles are default, weak, architect, editor, judge, panel$/,
  ],
  ['toString', roles, 'config.unknown_role', /^"toString" is neither/],
  ['a', { a: 'b', b: 'x/1, c', c: 'a' }, 'config.invalid', /^The roles a → b → c → a lead in a circle$/],
  ['default', { default: 'weak' }, 'config.invalid', /^The roles default → default lead in a circle$/],
  ['x/1,,y/2', roles, 'config.invalid', /^"x\/1,,y\/2" has a comma too many$/],
  ['gpt-5.4', undefined, 'config.invalid', /^"gpt-5.4" is not a model string/],
])('refuses %s with roles %j: %s', (text, given, code, sentence) => {
  const ask = (): unknown => models(text, { env: {}, ...(given ? { roles: given } : {}) })

  expect(ask).toThrow(expect.objectContaining({ code, message: expect.stringMatching(sentence) as string }))
})

test('ends with model strings or a ConfigError, whatever roles stand for', () => {
  const name = fc.constantFrom(...WELL_KNOWN_ROLES, 'judge', 'panel', 'x/1', 'y/2')
  const value = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join(', '))
  fc.assert(
    fc.property(value, fc.dictionary(name, value), (text, given) => {
      try {
        const strings = modelStringsOf(text, given)

        expect(strings.length).toBeGreaterThan(0)
        expect(strings).toEqual([...new Set(strings)])
        for (const one of strings) expect(['x/1', 'y/2']).toContain(one)
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ConfigError)
      }
    }),
  )
})

test('makes a chain of several, and a plain model of one', () => {
  const env = {}
  const chain = models('panel', { env, roles, fallback: { escalateAfter: 3 } })

  expect(chain).toMatchObject({
    id: 'groq/small',
    chain: [{ id: 'groq/small' }, { id: 'anthropic/claude-sonnet-5' }, { id: 'openai/gpt-5.4' }],
    fallback: { escalateAfter: 3 },
  })
  expect(models('default', { env, roles })).not.toHaveProperty('chain')
})
