import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeRequest } from '@heddle/testkit/fake-provider'
import { expect, onTestFinished, test } from 'vitest'
import { endpointsFromConfig } from '../../src/backends/endpoints-from-config.ts'
import { models } from '../../src/models.ts'
import { ask, askUntilFailure } from '../support/answer.ts'

/** Asks a model of these endpoints, at a server whose address stands for `HERE` in the section. */
async function asked(
  modelString: string,
  section: Record<string, Record<string, string>>,
  env: Record<string, string> = {},
): Promise<FakeRequest | undefined> {
  const provider = await startFakeProvider({ scripts: { m: { turns: [{ text: 'hi' }] } } })
  onTestFinished(() => provider.close())
  const text = JSON.stringify(section).replaceAll('HERE', provider.url)
  const { endpoints } = endpointsFromConfig(JSON.parse(text))
  await ask(models(modelString, { endpoints, env }))
  return provider.requests[0]
}

test('leaves everything as it is when nothing is configured', () => {
  expect(endpointsFromConfig(undefined)).toEqual({ endpoints: {}, warnings: [] })
  expect(endpointsFromConfig({})).toEqual({ endpoints: {}, warnings: [] })
})

test.each<[string, Record<string, string>, string, Record<string, string>]>([
  ['ollama', { url: 'HERE' }, '/v1/chat/completions', { authorization: 'Bearer ollama' }],
  ['ollama', { url: 'HERE/v1', auth_key: 'k' }, '/v1/chat/completions', { authorization: 'Bearer k' }],
  ['vllm', { url: 'HERE/v1/', auth_key: 'k' }, '/v1/chat/completions', { 'x-api-key': 'k' }],
  [
    'lmstudio',
    { url: 'HERE', auth_key: '$OWN_KEY' },
    '/v1/chat/completions',
    { authorization: 'Bearer own' },
  ],
  [
    'sglang',
    { url: 'HERE', auth_key: '${OWN_KEY}' },
    '/v1/chat/completions',
    { authorization: 'Bearer own' },
  ],
  ['work', { url: 'HERE/v1', auth_key: 'k' }, '/v1/chat/completions', { authorization: 'Bearer k' }],
  ['Work', { url: 'HERE' }, '/v1/chat/completions', { authorization: 'Bearer from its variable' }],
  ['gate', { url: 'HERE', wire: 'messages', auth_key: 'k' }, '/v1/messages', { authorization: 'Bearer k' }],
  ['gate', { url: 'HERE', wire: 'responses' }, '/v1/responses', { authorization: 'Bearer none' }],
  [
    'openai',
    { url: 'HERE/v1', wire: 'chat', auth_key: 'k' },
    '/v1/chat/completions',
    { authorization: 'Bearer k' },
  ],
])('asks %s, configured as %j, at %s', async (name, settings, path, headers) => {
  const env = { OWN_KEY: 'own', WORK_API_KEY: 'from its variable', OLLAMA_HOST: '127.0.0.1:1' }

  const request = await asked(`${name}/m`, { [name]: settings }, env)

  expect(request).toMatchObject({ path, headers })
})

test('keeps the conventions of a row, and says nothing of the price of a free name', () => {
  const { endpoints } = endpointsFromConfig({
    ollama: { url: 'http://gpu:1' },
    work: { url: 'http://gpu:2' },
  })

  expect(models('ollama/m', { endpoints, env: {} }).info.price).toEqual({ input: 0, output: 0 })
  expect(models('work/m', { endpoints, env: {} }).info.price).toBeNull()
})

test('says which variable is missing', async () => {
  const { endpoints } = endpointsFromConfig({ work: { url: 'http://127.0.0.1:1', auth_key: '$WORK_KEY' } })

  const { error } = await askUntilFailure(models('work/m', { endpoints, env: {} }))

  expect(error).toMatchObject({ code: 'config.missing_key', message: /^No API key for work: set WORK_KEY/ })
})

test.each<[unknown, RegExp]>([
  ['x', /^provider\.endpoints must be a section with one section for each backend\.$/],
  [{ work: 'http://x' }, /^provider\.endpoints\.work must be a section with url and auth_key\.$/],
  [{ work: {} }, /^provider\.endpoints\.work\.url must be a URL such as "http:/],
  [{ work: { url: 'gpu:8000' } }, /^provider\.endpoints\.work\.url must be a URL/],
  [{ ollama: { url: 7 } }, /^provider\.endpoints\.ollama\.url must be a URL/],
  [
    { ollama: { auth_key: '$WORK-KEY' } },
    /^provider\.endpoints\.ollama\.auth_key must be the key, or the var/,
  ],
  [
    { ollama: { auth_key: '${WORK_KEY' } },
    /^provider\.endpoints\.ollama\.auth_key must be the key, or the var/,
  ],
  [{ ollama: { auth_key: 7 } }, /^provider\.endpoints\.ollama\.auth_key must be the key, or the variable/],
  [
    { ollama: { wire: 'soap' } },
    /^provider\.endpoints\.ollama\.wire must be one of "chat", "responses", "messages"/,
  ],
  [{ 'a/b': { url: 'http://x' } }, /^provider\.endpoints\.a\/b: choose another name/],
  [{ heddle: { url: 'http://x' } }, /^provider\.endpoints\.heddle: choose another name/],
])('refuses %j', (section, sentence) => {
  expect(() => endpointsFromConfig(section)).toThrow(
    expect.objectContaining({ code: 'config.invalid', message: expect.stringMatching(sentence) as string }),
  )
})

test('warns of settings that it does not know', () => {
  expect(endpointsFromConfig({ ollama: { urk: 'http://x' } }).warnings).toEqual([
    'the setting `provider.endpoints.ollama.urk` is not known and has no effect.',
  ])
})

test('never repeats a key', () => {
  const section = { work: { url: 'nonsense', auth_key: 'sk-secret' } }

  expect(() => endpointsFromConfig(section)).toThrow(expect.not.stringContaining('sk-secret'))
})
