import { mergeGraphs } from '@heddle/graph'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { edgeText, file, lineOf, nodeText } from './graph-files.ts'

/** Few values and times, so that copies meet. */
const titles = fc.constantFrom('Red', 'Green', 'Blue')
const times = fc.integer({ min: 2, max: 5 })

/** What one copy did to the node that all of them have. */
const edit = fc.record({
  title: titles,
  titleAt: times,
  status: fc.constantFrom(['active', ''], ['rejected', 'slow'], ['rejected', 'dear'], ['chosen', '']),
  statusAt: times,
  confidence: fc.constantFrom(null, 10, 90),
  confidenceAt: times,
  files: fc.subarray(['a', 'b', 'c'], { minLength: 0 }),
  history: fc.subarray([
    { atMs: 2, confidence: 10, because: 'x' },
    { atMs: 3, confidence: 90, because: 'y' },
    { atMs: 3, confidence: 10, because: 'z' },
  ]),
  unknown: fc.constantFrom(undefined, 'one', 'two'),
})

const NODES = ['a', 'b', 'c', 'd', 'e']

/** A link that some copy made, in any direction: together they may close cycles. */
const link = fc
  .tuple(fc.subarray(NODES, { minLength: 2, maxLength: 2 }), fc.boolean(), times)
  .map(([[one = '', two = ''], isTurned, at]) =>
    isTurned ? edgeText(two, one, { createdAtMs: at }) : edgeText(one, two, { createdAtMs: at }),
  )

const copy = fc
  .tuple(edit, fc.uniqueArray(link, { maxLength: 4, selector: (text) => text.slice(0, 40) }), fc.boolean())
  .map(([{ titleAt, statusAt, confidenceAt, unknown, status, ...values }, links, hasOwn]) => {
    const shared = nodeText('shared', {
      type: 'option',
      ...values,
      status: status[0],
      reason: status[1],
      changedAtMs: { title: titleAt, status: statusAt, confidence: confidenceAt },
      updatedAtMs: Math.max(titleAt, statusAt, confidenceAt),
      ...(unknown === undefined ? {} : { colour: unknown }),
    })
    const own = hasOwn ? [nodeText(`own-${values.title}`, { createdAtMs: titleAt })] : []
    return file([shared, ...NODES.map((id) => nodeText(id)), ...own, ...links])
  })

const base = file([
  nodeText('shared', { type: 'option', colour: 'none' }),
  ...NODES.map((id) => nodeText(id)),
])

describe('mergeGraphs', () => {
  test('gives the same text in whatever order divergent copies are merged', () => {
    fc.assert(
      fc.property(copy, copy, copy, (a, b, c) => {
        const merge = (left: string, right: string): string => mergeGraphs(base, left, right).text

        const one = merge(merge(a, b), c)

        expect(merge(a, merge(b, c))).toBe(one)
        expect(merge(merge(c, b), a)).toBe(one)
        expect(merge(merge(c, a), b)).toBe(one)
        expect(merge(one, b)).toBe(one)
      }),
      { numRuns: 300 },
    )
  })

  test('takes of each part the later change, and keeps all evidence, files and history', () => {
    const left = nodeText('n', {
      title: 'Left',
      changedAtMs: { title: 5, status: 3 },
      status: 'abandoned',
      files: ['x'],
      updatedAtMs: 5,
    })
    const right = nodeText('n', {
      title: 'Right',
      confidence: 20,
      changedAtMs: { title: 4, confidence: 7 },
      files: ['a'],
      history: [{ atMs: 7, confidence: 20, because: 'tests failed' }],
      updatedAtMs: 7,
    })

    const { text, dropped } = mergeGraphs(file([nodeText('n')]), file([left]), file([right]))

    expect(dropped).toEqual([])
    expect(lineOf(text, 'n')).toEqual({
      ...lineOf(file([nodeText('n')]), 'n'),
      title: 'Left',
      status: 'abandoned',
      confidence: 20,
      files: ['a', 'x'],
      updatedAtMs: 7,
      changedAtMs: { confidence: 7, status: 3, title: 5 },
      history: [{ atMs: 7, because: 'tests failed', confidence: 20 }],
    })
  })

  test('lets a side that left an unknown field as it was yield to one that changed it', () => {
    const side = (fields: object): string => file([nodeText('n', fields)])

    const { text } = mergeGraphs(
      side({ mood: 'old', taste: 1 }),
      side({ mood: 'old', taste: 2, smell: 'new' }),
      side({ mood: 'new', taste: 1 }),
    )

    expect(lineOf(text, 'n')).toMatchObject({ mood: 'new', taste: 2, smell: 'new' })
  })

  test('leaves out the younger of two links that close a cycle together, tells it, and keeps it as dropped', () => {
    const nodes = ['a', 'b'].map((id) => nodeText(id))
    const younger = edgeText('a', 'b', { createdAtMs: 3 })
    const older = edgeText('b', 'a', { createdAtMs: 2 })

    const { text, dropped } = mergeGraphs(file(nodes), file([...nodes, younger]), file([...nodes, older]))

    expect(dropped.map(({ from, to }) => `${from}>${to}`)).toEqual(['a>b'])
    expect(text.split('\n').slice(-3)).toEqual([younger.replace('{"edge"', '{"dropped"'), older, ''])
    expect(mergeGraphs('', text, text)).toEqual({ text, dropped })
  })

  test('merges what has no common beginning, and files with Windows line ends', () => {
    const windows = file([nodeText('b')]).replaceAll('\n', '\r\n')

    const { text } = mergeGraphs('', file([nodeText('a')]), windows)

    expect(text).toBe(file([nodeText('a'), nodeText('b')]))
  })

  test.each([
    ['a file that is none', 'hello\n', /first line is not \{"heddleGraph":1\}/],
    ['a newer format', '{"heddleGraph":2}\n', /newer Heddle \(format 2/],
    ['conflict marks', file(['<<<<<<< ours']), /^Line 2 /],
    ['another kind of record', file(['{"tag":{"id":"x"}}']), /Line 2 .*"tag"/],
    ['a link with another id', file([nodeText('a'), edgeText('a', 'a', { id: 'x' })]), /Line 3 .*must be/],
  ])('refuses %s, and says the line', (_, text, message) => {
    const good = file([nodeText('a')])

    expect(() => mergeGraphs('', good, text)).toThrow(expect.objectContaining({ code: 'graph.invalid' }))
    expect(() => mergeGraphs('', text, good)).toThrow(message)
  })
})
