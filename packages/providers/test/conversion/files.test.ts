import type { FilePart } from '@heddle/core'
import type { FakeWire, TranscriptItem } from '@heddle/testkit/fake-provider'
import { describe, expect, test } from 'vitest'
import { ask, askUntilFailure, HELLO } from '../support/answer.ts'
import { lastTranscript, modelOn, startProvider, WIRES } from './wires.ts'

/** What becomes of a file on each wire: it travels as it is, its text does, or the request is refused and says why. */
type Fate = 'file' | 'text' | 'refused'

const WORDS = 'warp, weft and 🧵'

/** `Buffer` and not `btoa`: not all of it is Latin-1. */
const BYTES = Buffer.from(WORDS).toString('base64')

/** In the order of {@link WIRES}: Chat Completions, Responses, Messages, Gemini. */
const FATES: readonly (readonly [string, Omit<FilePart, 'type'>, readonly [Fate, Fate, Fate, Fate]])[] = [
  ['PNG', { mediaType: 'image/png', data: BYTES }, ['file', 'file', 'file', 'file']],
  [
    'PNG by URL',
    { mediaType: 'image/png', url: 'https://a.example/b.png' },
    ['file', 'file', 'file', 'file'],
  ],
  ['GIF', { mediaType: 'image/gif', data: BYTES }, ['file', 'file', 'file', 'refused']],
  ['HEIC', { mediaType: 'image/heic', data: BYTES }, ['refused', 'refused', 'refused', 'file']],
  ['PDF', { mediaType: 'application/pdf', data: BYTES }, ['file', 'file', 'file', 'file']],
  [
    'PDF by URL',
    { mediaType: 'application/pdf', url: 'https://a.example/b' },
    ['refused', 'file', 'file', 'file'],
  ],
  ['plain text', { mediaType: 'text/plain', data: BYTES, name: 'a.txt' }, ['text', 'file', 'file', 'file']],
  ['Markdown', { mediaType: 'text/markdown', data: BYTES }, ['text', 'file', 'text', 'file']],
  ['JSON', { mediaType: 'application/json', data: BYTES }, ['text', 'file', 'text', 'text']],
  ['a program', { mediaType: 'text/x-python', data: BYTES }, ['text', 'file', 'text', 'file']],
  [
    'text by URL',
    { mediaType: 'text/plain', url: 'https://a.example/b' },
    ['refused', 'file', 'refused', 'file'],
  ],
  ['sound', { mediaType: 'audio/wav', data: BYTES }, ['refused', 'refused', 'refused', 'file']],
  ['video', { mediaType: 'video/mp4', data: BYTES }, ['refused', 'refused', 'refused', 'file']],
  ['an archive', { mediaType: 'application/zip', data: BYTES }, ['refused', 'refused', 'refused', 'refused']],
]

describe.each(WIRES.map((wire, place) => [wire, place] as const))('on the %s wire', (wire, place) => {
  test.each(FATES.map(([name, file, fates]) => [name, fates[place] ?? 'refused', file] as const))(
    '%s becomes: %s',
    async (_, fate, file) => {
      const provider = await startProvider({ text: 'So' })
      const model = modelOn(wire, provider, 'one')
      const messages = [{ role: 'user', content: [{ type: 'file', ...file }] }] as const

      if (fate === 'refused') {
        const { error } = await askUntilFailure(model, { ...HELLO, messages })
        expect(error).toMatchObject({ code: 'model.invalid_request', retryable: false })
        if (provider.requests.length > 0) return
        expect(error).toMatchObject({ message: expect.stringMatching(/takes no file of type .+; send its/) })
      } else {
        await ask(model, { ...HELLO, messages })
        expect(lastTranscript(wire, provider).map(contentOf)).toEqual([expected(wire, fate, file)])
      }
    },
  )
})

/** The bytes or the address; and of what travels as a file, its type where the wire tells it. */
function contentOf(item: TranscriptItem): string | undefined {
  if (item.type === 'text') return item.text
  return item.type === 'file' ? (item.url ?? `${item.mediaType} ${item.data}`) : item.type
}

function expected(
  wire: FakeWire,
  fate: Fate,
  { mediaType, data, url, name }: Omit<FilePart, 'type'>,
): string {
  if (url !== undefined) return url
  if (fate === 'file') return `${mediaType} ${data}`
  return wire === 'openai' ? `File ${name ?? mediaType}:\n${WORDS}` : `text/plain ${data}`
}
