import { textOf, toolCallsOf } from '@heddle/core'
import type { DurableEvent, Message, RunState } from '@heddle/core'
import type { Order, Question } from './order-book.ts'

/** What is on record of an order, in a few lines. */
export function orderText({ runId, state, questions }: Order): string {
  if (!state) return `${runId} was not begun yet.\n`
  const lines = [
    `${runId}: ${state.messages.length} messages, ${dollars(state.spentMicroUsd)} of ${budgetOf(state)} spent`,
    ...state.messages.map((message) => `  ${messageLine(message)}`),
    ...questions.map((question) => `  ${questionLine(question)}`),
  ]
  if (state.stop) lines.push(`  ended: ${state.stop.reason}`)
  return `${lines.join('\n')}\n`
}

/** What an event looks like while the run is driven; `null` for those that say little to people. */
export function eventLine(event: DurableEvent): string | null {
  switch (event.type) {
    case 'run.started':
      return `${event.runId} begins`
    case 'run.resumed':
      return `goes on after event ${event.seq - 1}`
    case 'message.added':
      return messageLine(event.message)
    case 'tool.started':
      return `${event.name} begins (${event.effect})`
    case 'tool.ended':
      return `${event.result.name}: ${event.result.status}${resultText(event.result.output)}`
    case 'approval.requested':
      return `asks whether ${event.request.tool} may run: ${event.request.reason}`
    case 'approval.answered':
      return `hears "${event.answer.decision}" from ${event.answer.by}`
    case 'input.queued':
      return `hears "${textOf(event.message)}"`
    default:
      return null
  }
}

export function dollars(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(4)}`
}

function budgetOf({ limits }: RunState): string {
  return dollars((limits.usd ?? 0) * 1_000_000)
}

function messageLine(message: Message): string {
  if (message.role === 'tool') {
    return `results: ${message.content.map(({ name, status }) => `${name} ${status}`).join(', ')}`
  }
  const calls = message.role === 'assistant' ? toolCallsOf(message) : []
  const asked = calls.map(({ name, input }) => ` → ${name} ${JSON.stringify(input)}`).join('')
  return `${message.role === 'user' ? 'you' : 'clerk'}: ${textOf(message)}${asked}`
}

function questionLine({ request, answer }: Question): string {
  const said = answer === null ? 'waits for you' : `you said "${answer}"`
  return `question: may ${request.tool} run? ${request.reason} (${said})`
}

function resultText(output: unknown): string {
  return typeof output === 'string' && output !== '' ? `, ${output}` : ''
}
