import type { JsonValue, ModelEvent } from '@heddle/core'
import type { ChatToolCall } from './chat-chunk.ts'
import { wholePairs } from '../wire/whole-pairs.ts'
import type { WholePairs } from '../wire/whole-pairs.ts'

interface OpenCall {
  /** Where it is open, by the vendor's number; `null` when there is none. */
  readonly index: number | null
  /** The vendor's; never leaves the adapter. */
  id: string
  name: string
  /** -1 until the name is known: the first event of a call must carry it. */
  part: number
  /** All arguments so far. */
  text: string
  /** Arguments that came before the name. */
  early: string
  readonly pairs: WholePairs
}

/** Sorts the pieces of parallel calls. */
export interface ToolCallStream {
  /** @param at - Place of the piece in its chunk, for vendors that number nothing. */
  take(piece: ChatToolCall, batch: ModelEvent[]): void
  /**
   * Tells what was held back.
   *
   * @throws TypeError when a call never got its name: it cannot be run, and without it the answer is another.
   */
  end(batch: ModelEvent[]): void
  /** How many calls have begun. */
  count(): number
}

/**
 * Pieces belong to a call by `index`; without one, by id; without both, to the latest call. A new id, or
 * another name, where a call is already open begins a new call: Mistral and Moonshot put several calls at one index.
 */
export function toolCallStream(nextPart: () => number): ToolCallStream {
  return new Calls(nextPart)
}

class Calls implements ToolCallStream {
  private readonly nextPart: () => number
  private readonly calls: OpenCall[] = []

  constructor(nextPart: () => number) {
    this.nextPart = nextPart
  }

  take(piece: ChatToolCall, batch: ModelEvent[]): void {
    const name = nameOf(piece)
    const text = argumentsText(piece.function?.arguments)
    let call = this.find(piece)
    if (!call || beginsAnother(call, piece, name, text)) call = this.open(piece)
    if (call.id === '') call.id = piece.id ?? ''
    if (call.name === '') call.name = name
    call.text += text
    tell(call, text, batch, this.nextPart)
    if (piece.extra_content !== undefined && call.part >= 0) {
      batch.push({ type: 'part.opaque', part: call.part, opaque: { extra_content: piece.extra_content } })
    }
  }

  end(batch: ModelEvent[]): void {
    for (const call of this.calls) {
      if (call.part < 0) throw new TypeError('A call came without a name')
      const text = call.pairs.end()
      if (text !== '') batch.push({ type: 'tool.input.delta', part: call.part, name: call.name, text })
    }
  }

  count(): number {
    return this.calls.reduce((sum, call) => (call.part < 0 ? sum : sum + 1), 0)
  }

  private find({ index, id }: ChatToolCall): OpenCall | undefined {
    if (typeof index === 'number') return this.calls.findLast((call) => call.index === index)
    if (id) return this.calls.findLast((call) => call.id === id)
    return this.calls.at(-1)
  }

  private open({ index, id }: ChatToolCall): OpenCall {
    const call: OpenCall = {
      index: index ?? null,
      id: id ?? '',
      name: '',
      part: -1,
      text: '',
      early: '',
      pairs: wholePairs(),
    }
    this.calls.push(call)
    return call
  }
}

function nameOf(piece: ChatToolCall): string {
  const name = piece.function?.name
  return typeof name === 'string' ? name : ''
}

function tell(call: OpenCall, piece: string, batch: ModelEvent[], nextPart: () => number): void {
  if (call.name === '') {
    call.early += piece
    return
  }
  const isNew = call.part < 0
  if (isNew) call.part = nextPart()
  const text = call.pairs.take(isNew ? call.early + piece : piece)
  if (isNew || text !== '') batch.push({ type: 'tool.input.delta', part: call.part, name: call.name, text })
}

function beginsAnother(call: OpenCall, piece: ChatToolCall, name: string, text: string): boolean {
  const id = piece.id ?? ''
  if (id !== '' && id === call.id) return false
  // Some servers make up a new id for every piece: alone, it does not begin a call in the middle of one.
  if (id !== '' && call.id !== '') return name !== '' || isWhole(call.text)
  if (name === '' || call.name === '') return false
  return name !== call.name || (text !== '' && isWhole(call.text))
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Ollama's older servers send the arguments as an object. */
function argumentsText(value: string | JsonValue | undefined): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
