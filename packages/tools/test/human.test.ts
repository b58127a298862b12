import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { humanTool } from '../src/human.ts'
import type { QuestionOptions } from '../src/tool-options.ts'
import { errorFrom, textFrom } from './call-tool.ts'

test('puts the question with its choices and gives the answer as it is', async () => {
  const asked: unknown[] = []
  const ask = async (question: string, { choices }: QuestionOptions): Promise<string> => {
    asked.push({ question, choices })
    return ' blue '
  }

  const answers = [
    await textFrom(humanTool({ ask }), { question: 'Which colour?', choices: ['red', 'blue'] }),
    await textFrom(humanTool({ ask }), { question: 'Why?' }),
  ]

  expect(answers).toEqual([' blue ', ' blue '])
  expect(asked).toEqual([
    { question: 'Which colour?', choices: ['red', 'blue'] },
    { question: 'Why?', choices: [] },
  ])
})

test('waits for ever and runs alone', () => {
  const { timeoutMs, runsAlone } = humanTool({ ask: async () => '' })

  expect({ timeoutMs, runsAlone }).toEqual({ timeoutMs: null, runsAlone: true })
})

test('tells the model to go on when there is nobody, or no answer', async () => {
  const noBody = humanTool({ ask: async () => Promise.reject(new Error('the input has ended')) })
  const silent = humanTool({ ask: async () => ' \n' })

  expect(await errorFrom(noBody, { question: 'Why?' })).toBe(
    'tool.failed: The person gave no answer (the input has ended). Go on with what you know, or end and say what you need.',
  )
  expect(await errorFrom(silent, { question: 'Why?' })).toBe(
    'tool.failed: The person gave no answer (the answer was empty). Go on with what you know, or end and say what you need.',
  )
})

test('takes the question back on abort, also when nobody listens to the signal', async () => {
  const abort = new AbortController()
  const human = humanTool({ ask: () => new Promise(() => undefined) })
  const failed = errorFrom(human, { question: 'Why?' }, abort.signal)

  abort.abort()

  expect(await failed).toBe(
    'tool.interrupted: The question was taken back before it was answered, because the run was stopped.',
  )
  expect(getEventListeners(abort.signal, 'abort')).toEqual([])
})

test('asks nothing when the run was aborted before', async () => {
  let isAsked = false
  const human = humanTool({
    ask: async () => {
      isAsked = true
      return 'yes'
    },
  })

  await errorFrom(human, { question: 'Why?' }, AbortSignal.abort())

  expect(isAsked).toBe(false)
})
