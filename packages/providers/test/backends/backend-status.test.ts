import { expect, test } from 'vitest'
import { backendStatus } from '../../src/backends/backend-status.ts'
import { BACKENDS } from '../../src/backends/backend-table.ts'
import { endpointsFromConfig } from '../../src/backends/endpoints-from-config.ts'

const env = {
  ZHIPU_API_KEY: 'sk-secret',
  OLLAMA_HOST: 'gpu:9000',
  OPENAI_BASE_URL: 'http://user:sk-secret@proxy/v1?token=sk-secret',
  AZURE_API_KEY: 'sk-secret',
}
const { endpoints } = endpointsFromConfig({ work: { url: 'http://work/v1', auth_key: 'sk-secret' } })

test('tells where each backend is and what its key comes from, without any key', () => {
  const all = backendStatus(env, endpoints)
  const of = (name: string): unknown => all.find(({ provider }) => provider === name)

  expect(all.map(({ provider }) => provider)).toEqual([...Object.keys(BACKENDS), 'work'])
  expect(of('zai')).toMatchObject({ keyFrom: 'ZHIPU_API_KEY', isReady: true, isLocal: false })
  expect(of('ollama')).toMatchObject({
    address: 'http://gpu:9000/v1',
    addressFrom: 'OLLAMA_HOST',
    keyFrom: null,
    isReady: true,
    isLocal: true,
  })
  expect(of('openai')).toMatchObject({
    address: 'http://proxy/v1',
    addressFrom: 'OPENAI_BASE_URL',
    isReady: false,
  })
  expect(of('azure')).toMatchObject({ address: null, keyFrom: 'AZURE_API_KEY', isReady: false })
  expect(of('google')).toMatchObject({ keyHeaders: ['x-goog-api-key'], wire: 'gemini' })
  expect(of('work')).toMatchObject({ address: 'http://work/v1', keyFrom: 'config', isReady: true })
  expect(JSON.stringify(all)).not.toContain('sk-secret')
})
