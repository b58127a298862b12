import type { LanguageModel } from '@heddle/core'
import { describe, onTestFinished } from 'vitest'
import { startFakeProvider } from '../fake-provider/start-fake-provider.ts'
import type { FakeWire } from '../fake-provider/script.ts'
import { WIRES } from '../fake-provider/wires.ts'
import { abortTests } from './language-model/aborts.ts'
import { answerTests, endTests } from './language-model/answers.ts'
import { brokenAnswerTests } from './language-model/broken-answers.ts'
import { callIdTests, callTests } from './language-model/calls.ts'
import { fileTests } from './language-model/files.ts'
import { refusalTests } from './language-model/refusals.ts'
import { replayTests } from './language-model/replay.ts'
import { byteTests, requestTests } from './language-model/requests.ts'
import { streamTests } from './language-model/streams.ts'
import { sentIdTests, transcriptTests } from './language-model/transcripts.ts'
import type { ModelContractTarget, UnderTest } from './language-model/under-test.ts'

export type { ModelContractTarget } from './language-model/under-test.ts'

/** Makes the adapter under test. It may name its `id` as it likes. */
type MakeModel = (target: ModelContractTarget) => LanguageModel | Promise<LanguageModel>

/**
 * What every {@link LanguageModel} must do that speaks one of the fake provider's wires, as a Vitest suite over real
 * HTTP. Call it at the top of a test file.
 *
 * The same for every wire; what a vendor's protocol has no notion of, such as Gemini's calls without ids, its fake
 * declares, and only that is left out.
 *
 * @param name - Names the adapter in the titles.
 * @param wire - Which vendor the fake provider plays.
 * @param make - Gives an adapter for the fake provider; called anew for every test.
 *
 * @example
 * languageModelContract('compatible', 'openai', ({ provider, model }) =>
 *   compatible({ provider: 'fake', model, baseUrl: provider.openaiBaseUrl, apiKey: 'test' }))
 */
export function languageModelContract(name: string, wire: FakeWire, make: MakeModel): void {
  const under: UnderTest = {
    wire,
    format: WIRES[wire],
    async start(...turns) {
      const provider = await startFakeProvider({ scripts: { 'fake-model': { turns, repeatLast: true } } })
      onTestFinished(() => provider.close())
      return { provider, model: await make({ provider, model: 'fake-model', wire }) }
    },
  }
  describe(`language model contract: ${name} on the ${wire} wire`, () => {
    describe('a whole answer', () => answerTests(under))
    describe('an end', () => endTests(under))
    describe('a call', () => callTests(under))
    describe('the id of a call', () => callIdTests(under))
    describe('a stream', () => streamTests(under))
    describe('a request', () => requestTests(under))
    describe('the bytes of a request', () => byteTests(under))
    describe('a transcript', () => transcriptTests(under))
    describe('the id of a call in a transcript', () => sentIdTests(under))
    describe('a file', () => fileTests(under))
    describe('a conversation', () => replayTests(under))
    describe('a broken answer', () => brokenAnswerTests(under))
    describe('a refused request', () => refusalTests(under))
    describe('an abort', () => abortTests(under))
  })
}
