import { toolCallsOf } from './messages.ts'
import type { AssistantMessage, Message, ToolCallPart, ToolMessage, ToolResultPart } from './messages.ts'

/**
 * Makes a transcript from outside fit for a model: every tool call gets exactly one result, right after
 * its message and in the order of the calls. Missing results become `interrupted`; results without a
 * call, repeated results and empty messages are left out; a call id that was used before is renamed.
 *
 * @returns A new array that holds the very same message objects wherever nothing had to change, so
 *   that what adapters keep for them stays valid. Repairing twice changes nothing more.
 */
export function repairTranscript(messages: readonly Message[]): Message[] {
  return isWhole(messages) ? [...messages] : repaired(messages)
}

/** Nearly all are: every transcript that a run of ours made. */
function isWhole(messages: readonly Message[]): boolean {
  const seenIds = new Set<string>()
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at]
    if (!message || message.role === 'tool' || message.content.length === 0) return false
    if (message.role === 'user') continue
    const answer = messages[at + 1]
    let answered = 0
    for (const call of message.content) {
      if (call.type !== 'tool-call') continue
      const result = answer?.role === 'tool' ? answer.content[answered++] : undefined
      if (result?.callId !== call.callId || result.name !== call.name) return false
      if (call.callId === '' || seenIds.has(call.callId)) return false
      seenIds.add(call.callId)
    }
    if (answered === 0) continue
    if (answer?.content.length !== answered) return false
    at++
  }
  return true
}

function repaired(messages: readonly Message[]): Message[] {
  const whole: Message[] = []
  const seenIds = new Set<string>()
  for (let at = 0; at < messages.length; at++) {
    const message = messages[at]
    if (!message || message.role === 'tool' || message.content.length === 0) continue
    if (message.role === 'user' || toolCallsOf(message).length === 0) {
      whole.push(message)
      continue
    }
    const answers: ToolMessage[] = []
    for (let next = messages[at + 1]; next?.role === 'tool'; next = messages[at + 1]) {
      answers.push(next)
      at++
    }
    whole.push(...repairCalls(message, answers, seenIds))
  }
  return whole
}

function repairCalls(
  message: AssistantMessage,
  answers: readonly ToolMessage[],
  seenIds: Set<string>,
): [AssistantMessage, ToolMessage] {
  const results = new Map<string, ToolResultPart[]>()
  for (const result of answers.flatMap((answer) => answer.content)) {
    const sameId = results.get(result.callId)
    if (sameId) sameId.push(result)
    else results.set(result.callId, [result])
  }
  const newIds = new Map<ToolCallPart, string>()
  const content = toolCallsOf(message).map((call) => {
    const callId = freshId(call.callId, seenIds)
    newIds.set(call, callId)
    const found =
      results.get(call.callId)?.shift() ??
      interruptedResult(call, 'the conversation broke off before its result was recorded')
    return found.callId === callId && found.name === call.name ? found : { ...found, callId, name: call.name }
  })
  return [withCallIds(message, newIds), sameAnswer(answers, content) ?? { role: 'tool', content }]
}

function freshId(callId: string, seenIds: Set<string>): string {
  let fresh = callId === '' ? 'call' : callId
  for (let copy = 2; seenIds.has(fresh); copy++) fresh = `${callId === '' ? 'call' : callId}_${copy}`
  seenIds.add(fresh)
  return fresh
}

function withCallIds(message: AssistantMessage, newIds: ReadonlyMap<ToolCallPart, string>): AssistantMessage {
  if ([...newIds].every(([call, callId]) => call.callId === callId)) return message
  return {
    ...message,
    content: message.content.map((part) =>
      part.type === 'tool-call' ? { ...part, callId: newIds.get(part) ?? part.callId } : part,
    ),
  }
}

function sameAnswer(answers: readonly ToolMessage[], content: readonly ToolResultPart[]): ToolMessage | null {
  const [only] = answers
  const isSame =
    answers.length === 1 &&
    only?.content.length === content.length &&
    content.every((part, at) => part === only.content[at])
  return isSame ? only : null
}

/** The result of a call that nobody finished. */
export function interruptedResult(call: Pick<ToolCallPart, 'callId' | 'name'>, why: string): ToolResultPart {
  return {
    type: 'tool-result',
    callId: call.callId,
    name: call.name,
    status: 'interrupted',
    output: null,
    error: { code: 'tool.interrupted', message: `The call was interrupted: ${why}.`, retryable: false },
  }
}
