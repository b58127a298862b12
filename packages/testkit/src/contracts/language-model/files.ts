import { ModelError } from '@heddle/core'
import type { FilePart, Message } from '@heddle/core'
import { expect, test } from 'vitest'
import type { TranscriptItem } from '../../fake-provider/wire.ts'
import { hearAnswer, promptRequest } from './hear-answer.ts'
import { requestsOf } from './under-test.ts'
import type { UnderTest } from './under-test.ts'

/** A PNG of one pixel, and a PDF of nothing. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
const PDF = 'JVBERi0xLjQKJSVFT0YK'

export function fileTests(under: UnderTest): void {
  const { start } = under

  test.each<FilePart>([
    { type: 'file', mediaType: 'image/png', data: PNG },
    { type: 'file', mediaType: 'application/pdf', data: PDF, name: 'plan.pdf' },
    { type: 'file', mediaType: 'application/pdf', data: PDF },
  ])('carries the bytes of a file of type $mediaType, where it stands', async (file) => {
    const started = await start({ text: 'So' })

    const { error } = await hearAnswer(started.model, promptRequest({ messages: [about(file)] }))

    expect(error).toBeUndefined()
    expect(requestsOf(under, started)[0]?.transcript).toEqual([
      { type: 'text', role: 'user', text: 'Look:' },
      { type: 'file', mediaType: file.mediaType, data: file.data },
      { type: 'text', role: 'user', text: 'What is it?' },
    ])
  })

  test.each<FilePart>([
    { type: 'file', mediaType: 'image/png', url: 'https://example.com/a.png' },
    { type: 'file', mediaType: 'application/pdf', url: 'https://example.com/a.pdf', name: 'plan.pdf' },
    { type: 'file', mediaType: 'text/plain', data: btoa('warp and weft'), name: 'notes.txt' },
    { type: 'file', mediaType: 'image/tiff', data: PNG },
    { type: 'file', mediaType: 'audio/wav', data: PDF },
    { type: 'file', mediaType: 'application/zip', data: PDF },
    { type: 'file', mediaType: 'application/zip', url: 'https://example.com/a.zip' },
  ])('carries a file of type $mediaType ($url) whole, or says what to do instead', async (file) => {
    const started = await start({ text: 'So' })

    const { error } = await hearAnswer(started.model, promptRequest({ messages: [about(file)] }))

    const [sent] = requestsOf(under, started)
    // A vendor may refuse what was carried whole, and says so in words of its own.
    if (error !== undefined || sent === undefined) {
      expect(error).toBeInstanceOf(ModelError)
      expect(error).toMatchObject({ code: 'model.invalid_request', retryable: false })
    }
    if (sent === undefined) return expect((error as ModelError).message).toContain(file.mediaType)
    if (isSaid(file, sent.transcript)) return
    const { mediaType, data, url } = file
    // With an address, no vendor asks for the type, and some are told it.
    expect(sent.transcript.filter(({ type }) => type === 'file')).toMatchObject([
      url === undefined ? { mediaType, data } : { url },
    ])
  })
}

/** Whether the bytes of a text file stand in the transcript as words. */
function isSaid({ mediaType, data = '' }: FilePart, transcript: readonly TranscriptItem[]): boolean {
  const texts = transcript.flatMap((item) => (item.type === 'text' ? [item.text] : []))
  return mediaType.startsWith('text/') && data !== '' && texts.some((text) => text.includes(atob(data)))
}

function about(file: FilePart): Message {
  return {
    role: 'user',
    content: [{ type: 'text', text: 'Look:' }, file, { type: 'text', text: 'What is it?' }],
  }
}
