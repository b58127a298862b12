import { createParser } from 'eventsource-parser'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventLines } from '../../src/wire/event-lines.ts'
import type { ServerSentEvent } from '../../src/wire/event-lines.ts'

test.each<[string, string, readonly ServerSentEvent[]]>([
  ['an event', 'data: a\n\n', [{ data: 'a' }]],
  ['a name', 'event: ping\ndata: a\n\n', [{ event: 'ping', data: 'a' }]],
  ['no space after the colon', 'event:ping\ndata:a\n\n', [{ event: 'ping', data: 'a' }]],
  ['one space of two', 'data:  a\n\n', [{ data: ' a' }]],
  ['data over two lines', 'data: a\ndata: b\n\n', [{ data: 'a\nb' }]],
  ['data without a value', 'data\ndata:\n\n', [{ data: '\n' }]],
  ['a name without data', 'event: ping\n\ndata: a\n\n', [{ data: 'a' }]],
  ['comments, ids and retry times', ': hi\n\nid: 1\nretry: 5\ndata: a\n\nid\n\n', [{ data: 'a' }]],
  ['lines that end with CR', 'data: a\r\rdata: b\r\r', [{ data: 'a' }, { data: 'b' }]],
  ['lines that end with CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', [{ data: 'a' }, { data: 'b' }]],
  ['an event whose end is missing', 'data: a\n\ndata: b\n', [{ data: 'a' }]],
])('reads %s, wherever the stream is cut', (_what, stream, events) => {
  expect(eventsOf([stream])).toEqual(events)
  expect(eventsOf([...stream])).toEqual(events)
})

test('reads what another parser reads, wherever the stream is cut', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '',
      '',
      'data: {"a":1}',
      'data:x',
      'data',
      'event: e',
      'event',
      'id: 7',
      ': c',
      'data:  y',
      'zz',
    ),
    fc.string({ unit: fc.constantFrom('d', ':', ' ', 'é', '😀') }),
  )
  const stream = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')))
    .map((lines) => lines.flat().join(''))

  fc.assert(
    fc.property(stream, fc.array(fc.nat(60)), (text, cuts) => {
      const at = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length]
      const pieces = at.slice(1).map((end, index) => text.slice(at[index], end))

      expect(eventsOf(pieces)).toEqual(referenceOf(text))
    }),
    { numRuns: 1_000 },
  )
})

test('tells lines that are no fields', () => {
  const strays: string[] = []
  const lines = new EventLines({ hear: () => {}, stray: (line) => strays.push(line) })

  lines.feed('{"error":"x"}\ndata: a\nidentity: 1\nid: 2\nBad Gateway\r\n')

  expect(strays).toEqual(['{"error":"x"}', 'identity: 1', 'Bad Gateway'])
})

test('knows how much it holds of an event', () => {
  const lines = new EventLines({ hear: () => {}, stray: () => {} })

  lines.feed('data: abc\ndata: de')
  expect(lines.heldLength).toBe('abc'.length + 'data: de'.length)
  lines.feed('\n\n')
  expect(lines.heldLength).toBe(0)
})

function eventsOf(pieces: readonly string[]): ServerSentEvent[] {
  const events: ServerSentEvent[] = []
  const lines = new EventLines({ hear: (event) => events.push(event), stray: () => {} })
  for (const piece of pieces) lines.feed(piece)
  return events
}

function referenceOf(text: string): ServerSentEvent[] {
  const events: ServerSentEvent[] = []
  const parser = createParser({
    onEvent: ({ event, data }) => events.push(event === undefined ? { data } : { event, data }),
  })
  parser.feed(text)
  return events
}
