import type { TransientEvent } from './events.ts'
import type { JsonValue } from './json.ts'
import type { AssistantPart } from './messages.ts'
import type { FinishReason, ModelEvent } from './model.ts'
import { parseToolInput } from './parse-tool-input.ts'
import type { Usage } from './usage.ts'

/**
 * Longest arguments of one call, in UTF-16 units; what comes after is not kept and the call is answered
 * with an error. Four million is far above any edit a person would review, and bounds memory.
 */
const MAX_INPUT_LENGTH = 4_000_000

interface OpenPart {
  readonly kind: 'text' | 'reasoning' | 'tool-call' | 'opaque'
  readonly callId: string
  readonly name: string
  text: string
  isCut: boolean
  opaque: JsonValue | undefined
}

/** What was told at the end of an answer. */
export interface AnswerEnd {
  readonly reason: FinishReason
  readonly usage: Usage | null
}

/** Puts one answer together from a model's events, and turns them into what readers of the run see. */
export interface AnswerBuilder {
  /** Takes a batch; returns what readers should hear of it, perhaps nothing. */
  take(batch: readonly ModelEvent[]): TransientEvent[]
  /** Set once `finish` was seen. */
  readonly end: AnswerEnd | null
  /** True once a reader may have seen a part of this answer. */
  readonly wasHeard: boolean
  /** The parts so far, in the order they began; empty ones left out. */
  content(): AssistantPart[]
}

export function answerBuilder(turn: number, newCallId: () => string): AnswerBuilder {
  const parts: (OpenPart | undefined)[] = []
  let end: AnswerEnd | null = null
  let wasHeard = false

  const open = (at: number, kind: OpenPart['kind'], name = ''): OpenPart =>
    (parts[at] = newPart(kind, kind === 'tool-call' ? newCallId() : '', name))

  const hear = (event: ModelEvent): TransientEvent | null => {
    switch (event.type) {
      case 'text.delta':
      case 'reasoning.delta': {
        const { type, text } = event
        const part = parts[event.part] ?? open(event.part, type === 'text.delta' ? 'text' : 'reasoning')
        const offset = part.text.length
        part.text += text
        return text === '' ? null : { type, turn, part: event.part, offset, text }
      }
      case 'tool.input.delta': {
        const part = parts[event.part] ?? open(event.part, 'tool-call', event.name)
        const offset = part.text.length
        part.isCut ||= offset + event.text.length > MAX_INPUT_LENGTH
        if (part.isCut) return null
        part.text += event.text
        const { callId, name } = part
        return { type: 'tool.input.delta', turn, part: event.part, callId, name, offset, text: event.text }
      }
      case 'part.opaque':
        ;(parts[event.part] ?? open(event.part, 'opaque')).opaque = event.opaque
        return null
      case 'finish':
        end = { reason: event.reason, usage: event.usage }
        return null
      default:
        return event satisfies never
    }
  }

  return {
    get end() {
      return end
    },
    get wasHeard() {
      return wasHeard
    },
    take(batch) {
      const heard: TransientEvent[] = []
      for (const event of batch) {
        const told = hear(event)
        if (told) heard.push(told)
      }
      wasHeard ||= heard.length > 0
      return heard
    },
    content: () => parts.flatMap((part) => (part ? (finishPart(part) ?? []) : [])),
  }
}

function newPart(kind: OpenPart['kind'], callId: string, name: string): OpenPart {
  return { kind, callId, name, text: '', isCut: false, opaque: undefined }
}

function finishPart(part: OpenPart): AssistantPart | null {
  const opaque = part.opaque === undefined ? {} : { opaque: part.opaque }
  switch (part.kind) {
    case 'opaque':
      return { type: 'opaque', opaque: part.opaque ?? null }
    case 'tool-call': {
      const parsed = part.isCut
        ? { input: '', inputError: `the arguments are longer than ${MAX_INPUT_LENGTH} characters` }
        : parseToolInput(part.text)
      return { type: 'tool-call', callId: part.callId, name: part.name, ...parsed, ...opaque }
    }
    case 'text':
    case 'reasoning':
      return part.text === '' && part.opaque === undefined
        ? null
        : { type: part.kind, text: part.text, ...opaque }
    default:
      return part.kind satisfies never
  }
}
