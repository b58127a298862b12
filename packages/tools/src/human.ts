import { ToolError, messageOf } from '@heddle/core'
import type { Tool } from '@heddle/core'
import type { AskHuman } from './tool-options.ts'
import { typedTool } from './typed-tool.ts'

/** What {@link humanTool} is told. */
export interface HumanToolOptions {
  readonly ask: AskHuman
}

/**
 * `human`: asks the person and gives the answer as it was typed. It waits for ever and runs alone, so that
 * two questions never compete for one keyboard.
 *
 * @throws ToolError `tool.interrupted` after an abort; `tool.failed` when `ask` rejects or the answer is
 *   empty: the sentence tells the model to go on without.
 */
export function humanTool({ ask }: HumanToolOptions): Tool {
  return typedTool<HumanInput>({
    name: 'human',
    description:
      'Asks the person you work for one question and gives the answer. ' +
      'Use it only when the project cannot tell and a wrong guess would cost much.',
    input: {
      type: 'object',
      properties: {
        question: { type: 'string', minLength: 1, description: 'One question, complete in itself.' },
        choices: {
          type: 'array',
          items: { type: 'string', minLength: 1 },
          description: 'Answers to choose from; the person may also answer something else.',
        },
      },
      required: ['question'],
      additionalProperties: false,
    },
    timeoutMs: null,
    runsAlone: true,
    async execute({ question, choices = [] }, { signal }) {
      const answer = await answerOrAbort(ask, { question, choices, signal })
      if (answer.trim() === '') throw new ToolError('tool.failed', noAnswer('the answer was empty'))
      return answer
    },
  })
}

interface HumanInput {
  readonly question: string
  readonly choices?: readonly string[]
}

interface Question {
  readonly question: string
  readonly choices: readonly string[]
  readonly signal: AbortSignal
}

/** Also when `ask` pays no attention to its signal. */
async function answerOrAbort(ask: AskHuman, { question, choices, signal }: Question): Promise<string> {
  const stopped = new ToolError(
    'tool.interrupted',
    'The question was taken back before it was answered, because the run was stopped.',
  )
  if (signal.aborted) throw stopped
  let onAbort = (): void => undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(stopped)
    signal.addEventListener('abort', onAbort, { once: true })
  })
  try {
    return await Promise.race([askOnce(ask, { question, choices, signal }), aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

async function askOnce(ask: AskHuman, { question, choices, signal }: Question): Promise<string> {
  try {
    return await ask(question, { choices, signal })
  } catch (cause) {
    throw new ToolError('tool.failed', noAnswer(messageOf(cause)), { cause })
  }
}

function noAnswer(reason: string): string {
  return `The person gave no answer (${reason}). Go on with what you know, or end and say what you need.`
}
