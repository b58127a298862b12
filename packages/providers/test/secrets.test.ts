import type { LanguageModel } from '@heddle/core'
import { expect, test } from 'vitest'
import { anthropic } from '../src/anthropic.ts'
import { compatible } from '../src/compatible.ts'
import { google } from '../src/google.ts'
import { openai } from '../src/openai.ts'
import { askUntilFailure } from './support/answer.ts'
import { providerServer, sendJson } from './support/provider-server.ts'

const settings = { model: 'm', apiKey: 'sk-of-the-account', headers: { 'x-gate': 'word-of-the-gate' } }

test.each<[string, (baseUrl: string) => LanguageModel]>([
  ['Chat Completions', (baseUrl) => compatible({ ...settings, baseUrl, provider: 'work' })],
  ['Responses', (baseUrl) => openai({ ...settings, baseUrl })],
  ['Messages', (baseUrl) => anthropic({ ...settings, baseUrl })],
  ['Gemini', (baseUrl) => google({ ...settings, baseUrl })],
])('on %s no error repeats a key or a header that the server repeats', async (_wire, modelAt) => {
  const server = await providerServer((response, { headers }) =>
    sendJson(response, 400, { error: { message: `I heard ${JSON.stringify(headers)}` } }),
  )

  const { error } = await askUntilFailure(modelAt(server.url))

  expect(String(error)).toContain('I heard')
  expect(String(error)).toContain('***')
  expect(String(error)).not.toMatch(/of-the-account|of-the-gate/)
})
