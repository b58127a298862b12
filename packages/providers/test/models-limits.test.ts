import { expect, test } from 'vitest'
import { models } from '../src/models.ts'
import { fakeCli, printed } from './bridge/support/fake-cli.ts'
import { CLAUDE } from './bridge/support/recordings.ts'
import { askUntilFailure } from './support/answer.ts'
import { beginStream, providerServer } from './support/provider-server.ts'

const env = (url: string): Record<string, string> =>
  Object.fromEntries(
    ['OPENAI', 'ANTHROPIC', 'GEMINI', 'GOOGLE', 'GROQ'].flatMap((name) => [
      [`${name}_API_KEY`, 'k'],
      [`${name}_BASE_URL`, url],
    ]),
  )

test.each(['openai/m', 'anthropic/m', 'google/m', 'groq/m'])(
  'what a model string may be told of time and size holds for %s',
  async (name) => {
    const silent = await providerServer(() => {})
    const slow = await providerServer((response) => {
      beginStream(response)
      response.write(': hello\n\n')
    })
    const failure = async (url: string, limits: Parameters<typeof models>[1]): Promise<unknown> =>
      (await askUntilFailure(models(name, { env: env(url), ...limits }))).error

    expect(await failure(silent.url, { firstByteTimeoutMs: 60 })).toMatchObject({
      code: 'model.first_byte_timeout',
    })
    expect(await failure(slow.url, { idleTimeoutMs: 60 })).toMatchObject({ code: 'model.idle_timeout' })
    expect(await failure(slow.url, { totalTimeoutMs: 60 })).toMatchObject({ code: 'model.total_timeout' })
    expect(await failure(slow.url, { maxResponseBytes: 3 })).toMatchObject({ code: 'model.bad_response' })
  },
)

test('and for a subscription bridge', async () => {
  const cli = await fakeCli('claude-subscription', {
    steps: [...printed(CLAUDE['hello']?.slice(0, 5)), { hang: true }],
  })

  const { error } = await askUntilFailure(
    models('claude-subscription/sonnet', { env: cli.env, idleTimeoutMs: 500 }),
  )

  expect(error).toMatchObject({ code: 'model.idle_timeout' })
})
