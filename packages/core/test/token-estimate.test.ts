import { assistantMessage, estimateMessageTokens, estimateTextTokens, userMessage } from '@heddle/core'
import type { Message } from '@heddle/core'
import { expect, test } from 'vitest'

/** What the dearer of the vocabularies o200k and cl100k makes of each text. */
const COUNTED = [
  ['English', 'The quick brown fox jumps over the lazy dog.', 10],
  [
    'longer English',
    'When the context fills up, older tool outputs and then older answers leave the view; what users said stays word for word.',
    25,
  ],
  ['code', 'for (let i = 0; i < n; i++) { sum += a[i]; }', 21],
  ['indented code', 'function add(a, b) {\n  const sum = a + b\n  return sum\n}\n', 20],
  ['dense JSON', '{"id":17,"ok":true,"xs":[1,2.5,-3],"name":"ada"}', 23],
  ['a row of numbers', '[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]', 33],
  ['a log', '2026-01-01T00:00:00.000Z INFO  [http] GET /api/v1/users/42 200 13ms\n', 34],
  ['a hash', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 43],
  ['base64', 'SGVkZGxlIGlzIGEgVHlwZVNjcmlwdCBhZ2VudCBmcmFtZXdvcms6IG5wbSBwYWNrYWdlcyBmaXJzdA==', 52],
  ['Chinese', '人工智能正在改变世界。我们需要认真思考它对社会的影响，并制定合理的政策。', 37],
  ['Japanese', '日本語の文章をトークンに分けるとき、漢字とひらがなで数が違います。', 34],
  ['Korean', '안녕하세요. 오늘 날씨가 정말 좋네요. 산책하러 갈까요?', 38],
  ['Russian', 'Привет, как дела? Сегодня хорошая погода, и мы пойдём гулять в парк.', 36],
  [
    'German',
    'Die Größe der Übertragung hängt von der Länge ab; außerdem müssen Prüfsummen übereinstimmen.',
    30,
  ],
  ['Arabic', 'مرحبا بالعالم، كيف حالك اليوم؟ الطقس جميل.', 31],
  ['Hindi', 'नमस्ते दुनिया, आज मौसम बहुत अच्छा है।', 40],
  ['emoji', '👍😂🎉🚀🙂❤️', 16],
  ['an emoji of many parts', '👨‍👩‍👧‍👦', 18],
] as const

test.each(COUNTED)('errs on the dear side, by less than double, for %s', (_what, text, counted) => {
  const estimate = estimateTextTokens(text)

  expect(estimate).toBeGreaterThanOrEqual(counted)
  expect(estimate).toBeLessThanOrEqual(counted * 2)
})

test('gives 0 for nothing, and at least 1 for anything', () => {
  expect(['', ' ', '  ', 'a', '\n', '.', 'é'].map(estimateTextTokens)).toEqual([0, 1, 1, 1, 1, 1, 1])
})

test('never gives less for more text', () => {
  const text = COUNTED.map(([, sample]) => sample).join('\n')
  const estimates = Array.from(text, (_char, at) => estimateTextTokens(text.slice(0, at)))

  expect(estimates).toEqual(estimates.toSorted((a, b) => a - b))
})

test('counts every kind of part', () => {
  const bare: Message = assistantMessage('')
  const parts: Message[] = [
    { role: 'assistant', content: [{ type: 'reasoning', text: 'so be it' }] },
    { role: 'assistant', content: [{ type: 'text', text: '', opaque: { signature: 'abc' } }] },
    { role: 'assistant', content: [{ type: 'opaque', opaque: { items: [1, 2, 3] } }] },
    { role: 'assistant', content: [{ type: 'tool-call', callId: 'c', name: 'add', input: { a: 1 } }] },
    { role: 'tool', content: [{ type: 'tool-result', callId: 'c', name: 'add', status: 'ok', output: [1] }] },
    { role: 'user', content: [{ type: 'file', mediaType: 'image/png', data: 'AAAA' }] },
    userMessage('hello there'),
  ]

  for (const message of parts)
    expect(estimateMessageTokens(message)).toBeGreaterThan(estimateMessageTokens(bare))
})
