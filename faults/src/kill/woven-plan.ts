import { textOf, toolCallsOf } from '@heddle/core'
import type { Message, ModelRequest, Price } from '@heddle/core'
import type { ScriptedAnswer } from '@heddle/testkit'

/** How many times the model calls tools before it is done. */
export const STEPS = 20

/** In its middle the run asks a person. */
export const APPROVAL_STEP = 10

/** A tool of each effect, and one that asks. */
export const TOOLS = { cut: 'once', dye: 'idempotent', look: 'pure', ship: 'once' } as const
export type ToolName = keyof typeof TOOLS

/** What each step calls, from step 1 on. */
export function toolsOf(step: number): readonly ToolName[] {
  if (step === APPROVAL_STEP) return ['ship', 'look']
  switch (step % 4) {
    case 0:
      return ['cut', 'dye', 'look']
    case 1:
      return ['cut']
    case 2:
      return ['dye']
    default:
      return ['look']
  }
}

/** All calls of the run, in order. */
export const allCalls: readonly { readonly tool: ToolName; readonly step: number }[] = callsOfAllSteps()

function callsOfAllSteps(): { tool: ToolName; step: number }[] {
  const steps = Array.from({ length: STEPS }, (_, at) => at + 1)
  return steps.flatMap((step) => toolsOf(step).map((tool) => ({ tool, step })))
}

export const PROMPT = 'Weave the cloth.'
/** What a person adds while nobody drives the run. */
export const ADDITION = 'Mind the colour.'
export const LAST_WORDS: string = `Woven in ${STEPS} steps.`

/** Tokens of every turn. */
export const USAGE: { readonly inputTokens: number; readonly outputTokens: number } = {
  inputTokens: 100,
  outputTokens: 20,
}
/** Dollars per million tokens. */
export const PRICE: Price = { input: 1, output: 5 }

/** Answers from the transcript alone, so that any process can go on with the run. */
export function answerFor({ messages }: Pick<ModelRequest, 'messages'>): ScriptedAnswer {
  const step = messages.filter(callsTools).length + 1
  if (step > STEPS) return { text: LAST_WORDS, usage: USAGE }
  const toolCalls = toolsOf(step).map((name) => ({ name, input: { step } }))
  // In pieces, with a turn of the event loop between them, so that a kill can fall between them too.
  return { text: `Step ${step}.`, toolCalls, usage: USAGE, batch: 2, delayMs: 0 }
}

function callsTools(message: Message): boolean {
  return message.role === 'assistant' && toolCallsOf(message).length > 0
}

/** How often somebody said exactly this. */
export function timesSaid(messages: readonly Message[], text: string): number {
  return messages.filter((message) => message.role === 'user' && textOf(message) === text).length
}
