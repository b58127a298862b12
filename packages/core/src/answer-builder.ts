import type { TransientEvent } from './events.ts'
import type { JsonValue } from './json.ts'
import type { AssistantPart } from './messages.ts'
import type { FinishReason, ModelEvent } from './model.ts'
import { parseToolInput } from './parse-tool-input.ts'
import { PiecedText } from './pieced-text.ts'
import type { Runtime } from './runtime.ts'
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
  readonly text: PiecedText
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

export function answerBuilder(turn: number, runtime: Runtime): AnswerBuilder {
  return new Answer(turn, runtime)
}

/** A class, so that a run that waits for its model holds the methods once for all and not once for each. */
class Answer implements AnswerBuilder {
  end: AnswerEnd | null = null
  wasHeard = false
  private readonly parts: (OpenPart | undefined)[] = []
  private readonly turn: number
  private readonly runtime: Runtime

  constructor(turn: number, runtime: Runtime) {
    this.turn = turn
    this.runtime = runtime
  }

  take(batch: readonly ModelEvent[]): TransientEvent[] {
    const heard: TransientEvent[] = []
    for (const event of batch) {
      const told = this.hear(event)
      if (told) heard.push(told)
    }
    this.wasHeard ||= heard.length > 0
    return heard
  }

  content(): AssistantPart[] {
    const content: AssistantPart[] = []
    for (const part of this.parts) {
      const finished = part && finishPart(part)
      if (finished) content.push(finished)
    }
    return content
  }

  private hear(event: ModelEvent): TransientEvent | null {
    switch (event.type) {
      case 'text.delta':
      case 'reasoning.delta': {
        const { type, text } = event
        const part =
          this.parts[event.part] ?? this.open(event.part, type === 'text.delta' ? 'text' : 'reasoning')
        const offset = part.text.length
        part.text.add(text)
        return text === '' ? null : { type, turn: this.turn, part: event.part, offset, text }
      }
      case 'tool.input.delta':
        return this.hearInput(event)
      case 'part.opaque':
        ;(this.parts[event.part] ?? this.open(event.part, 'opaque')).opaque = event.opaque
        return null
      case 'finish':
        this.end = { reason: event.reason, usage: event.usage }
        return null
      default:
        return event satisfies never
    }
  }

  private hearInput(event: Extract<ModelEvent, { type: 'tool.input.delta' }>): TransientEvent | null {
    const part = this.parts[event.part] ?? this.open(event.part, 'tool-call', event.name)
    const offset = part.text.length
    part.isCut ||= offset + event.text.length > MAX_INPUT_LENGTH
    if (part.isCut) return null
    part.text.add(event.text)
    const { callId, name } = part
    const { type, text } = event
    return { type, turn: this.turn, part: event.part, callId, name, offset, text }
  }

  private open(at: number, kind: OpenPart['kind'], name = ''): OpenPart {
    const part = newPart(kind, kind === 'tool-call' ? this.runtime.newId('call') : '', name)
    this.parts[at] = part
    return part
  }
}

function newPart(kind: OpenPart['kind'], callId: string, name: string): OpenPart {
  return { kind, callId, name, text: new PiecedText(), isCut: false, opaque: undefined }
}

function finishPart(part: OpenPart): AssistantPart | null {
  const opaque = part.opaque === undefined ? {} : { opaque: part.opaque }
  switch (part.kind) {
    case 'opaque':
      return { type: 'opaque', opaque: part.opaque ?? null }
    case 'tool-call': {
      const parsed = part.isCut
        ? { input: '', inputError: `the arguments are longer than ${MAX_INPUT_LENGTH} characters` }
        : parseToolInput(part.text.toString())
      return { type: 'tool-call', callId: part.callId, name: part.name, ...parsed, ...opaque }
    }
    case 'text':
    case 'reasoning':
      return part.text.length === 0 && part.opaque === undefined
        ? null
        : { type: part.kind, text: part.text.toString(), ...opaque }
    default:
      return part.kind satisfies never
  }
}
