import { textOf } from '@heddle/core'
import type { LanguageModel, Message, ModelRequest, ToolResultPart } from '@heddle/core'
import { scriptedModel } from '@heddle/testkit'
import type { ScriptedAnswer } from '@heddle/testkit'
import { FINISHED } from './mill.ts'

/** Stands in for a model where none is configured; whatever it says follows from the transcript alone. */
export function scriptedClerk(): LanguageModel {
  return scriptedModel([answer], {
    id: 'scripted/clerk',
    repeatLast: true,
    info: { price: { input: 3, output: 15 }, maxOutputTokens: 500 },
  })
}

function answer({ messages }: ModelRequest): ScriptedAnswer {
  const usage = { inputTokens: 600 + 80 * messages.length, outputTokens: 60 }
  const results = messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
  return { ...nextWords(messages, results), usage }
}

function nextWords(messages: readonly Message[], results: readonly ToolResultPart[]): ScriptedAnswer {
  const last = (name: string): ToolResultPart | undefined => results.findLast((one) => one.name === name)
  if (!last('check_stock')) return call('Let me see.', 'check_stock', { colour: 'blue' })
  if (!last('reserve_yarn')) return call('There is enough.', 'reserve_yarn', { colour: 'blue', skeins: 2 })
  if (!last('weave')) {
    return {
      text: 'Now the cloth and the money.',
      toolCalls: [
        { name: 'weave', input: { cloth: 'a blue scarf' } },
        { name: 'charge_card', input: { customer: 'Ana', cents: 4200 } },
      ],
    }
  }
  if (last('weave')?.status === 'interrupted') {
    const loom = last('look_at_loom')
    if (!loom) return call('Something happened. I look before I do anything again.', 'look_at_loom', {})
    if (loom.output !== FINISHED) return call('I finish it.', 'weave', { cloth: 'the rest of a blue scarf' })
  }
  return { text: report(messages, last('charge_card')) }
}

function call(text: string, name: string, input: Record<string, string | number>): ScriptedAnswer {
  return { text, toolCalls: [{ name, input }] }
}

function report(messages: readonly Message[], money?: ToolResultPart): string {
  const [, ...added] = messages.filter(({ role }) => role === 'user').map(textOf)
  const paid = money?.status === 'ok' ? 'You paid 42.00 euros.' : 'You were not charged.'
  const heard = added.length === 0 ? '' : ` I have heard: ${added.join(' ')}`
  return `Your scarf is woven. ${paid}${heard}`
}
