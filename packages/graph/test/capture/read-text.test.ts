import { describe, expect, test } from 'vitest'
import {
  correctionIn,
  courseChange,
  isContinuation,
  pickedLabel,
  statedChoice,
  statedIntent,
  statedOptions,
  statedPlan,
} from '../../src/capture/read-text.ts'

describe('options', () => {
  const text = [
    'There are two ways:',
    '- **Option A: Cache every value in a `Map`.** Fast.',
    '- **Option B**: Ask the server each time. Slow.',
  ].join('\n')

  test('are lines with a label, in any of the usual marks', () => {
    expect(statedOptions(text)).toEqual([
      { label: 'A', title: 'Cache every value in a Map', description: 'Cache every value in a Map. Fast.' },
      { label: 'B', title: 'Ask the server each time', description: 'Ask the server each time. Slow.' },
    ])
    const numbered = '### Approach 1 – one table\n### Approach 2 – two tables'
    expect(statedOptions(numbered).map(({ title }) => title)).toEqual(['one table', 'two tables'])
  })

  test.each([
    'Option A: the only one',
    'I could use option A or option B here.',
    '1. Read the file\n2. Write the file',
    'Option A is fine.\nOption B is not.',
    'Pass the option "a" to the tool.\nThe option b: is a flag of the tool',
  ])('are not seen in %j', (prose) => {
    expect(statedOptions(prose)).toEqual([])
  })

  const labels = new Set(['A', 'B'])
  test.each([
    [
      "I'll go with Option A because it is quick. Option B would be slow.",
      { label: 'A', because: 'it is quick', B: 'would be slow' },
    ],
    [
      'I choose approach B: it survives a restart.',
      { label: 'B', because: 'it survives a restart', A: undefined },
    ],
    [
      'Option B is better since it is known. I reject option A because it is new.',
      { label: 'B', because: 'it is known', A: 'it is new' },
    ],
  ])('are chosen, with reasons, in %j', (prose, { label, because, ...against }) => {
    const choice = statedChoice(prose, labels)
    const other = label === 'A' ? 'B' : 'A'
    expect([choice?.label, choice?.because, choice?.against.get(other)]).toEqual([
      label,
      because,
      (against as Record<string, string | undefined>)[other],
    ])
  })

  test.each([
    'Should I go with option A?',
    'We could use option A, or use option B.',
    "I won't use option A.",
    'I would rather not use option B.',
    'Using option A. Later using option B.',
    'Option C is best.',
  ])('are not chosen in %j', (prose) => {
    expect(statedChoice(prose, labels)).toBeNull()
  })
})

describe('a correction', () => {
  test.each([
    ['no, use X instead of Y', 'X', 'Y'],
    ["Don't use moment, use date-fns.", 'date-fns', 'moment'],
    ['Instead of polling, use a websocket because it is cheap', 'a websocket', 'polling'],
    ['use the cache instead', 'the cache', ''],
    ['Do not use redis', '', 'redis'],
    ['Actually, use Postgres', 'Postgres', ''],
    ['Use spaces, not tabs', 'spaces', 'tabs'],
  ])('is seen in %j', (text, wanted, unwanted) => {
    expect(correctionIn(text)).toEqual({ wanted, unwanted })
  })

  test.each([
    'No.',
    'No, I do not want tests',
    'Add a button and do not break the tests',
    'Use this to check that it does not fail',
    'Write a function that returns null if the list is empty',
    'Why did you use a map?',
    'Thanks, that looks good. Now the docs.',
  ])('is not seen in %j', (text) => {
    expect(correctionIn(text)).toBeNull()
  })
})

test.each([
  ["It fails. I'll take a different approach: evict by age.", 'Evict by age'],
  ['That does not help, so I use a lock instead.', 'That does not help, so I use a lock instead'],
  ['Let me switch to a queue.', 'Let me switch to a queue'],
  ['Should I switch to a queue?', ''],
  ['There is a typo; I fix it.', ''],
])('a change of course in %j is %j', (text, title) => {
  expect(courseChange(text)).toBe(title)
})

test.each([
  ['Here is the plan:\n1. Read\n2. Write\n   and sync\n3. Close\n\nThen we see.', ['Read', 'Write', 'Close']],
  ['## Plan\n\n1. Read\n2. Write', ['Read', 'Write']],
  ['1. Read\n2. Write', []],
  ['The plan is simple.\n\nFirst this, then that.', []],
  ['Plan:\n1. Only one', []],
])('a plan in %j has the steps %j', (text, steps) => {
  expect(statedPlan(text)).toEqual(steps)
})

test('an intent is the first sentence that says what comes', () => {
  expect(statedIntent('The test is wrong. Now let me round each number. I will test it.')).toBe(
    'Now let me round each number',
  )
  expect(statedIntent('The test is wrong.')).toBe('')
})

test.each([
  ['yes, go ahead', false],
  ['Continue', true],
  ['please go on.', true],
  ['try again', true],
  ['continue with the documentation', false],
])('whether %j only continues: %j', (text, expected) => {
  expect(isContinuation(text)).toBe(expected)
})

test.each([
  ['Option B please', 'B'],
  ["let's go with approach 2", '2'],
  ['I prefer option a', 'A'],
  ['What is option B?', ''],
])('%j picks %j', (text, label) => {
  expect(pickedLabel(text)).toBe(label)
})
