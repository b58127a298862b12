import { isJsonObject } from '@heddle/core'
import type { FinishReason, ModelEvent, Usage } from '@heddle/core'
import type { ServerSentEvent } from '../wire/event-lines.ts'
import { MALFORMED, parseObject } from '../wire/parse-object.ts'
import { repeatedShape } from '../wire/repeated-shape.ts'
import type { RepeatedShape } from '../wire/repeated-shape.ts'
import { badResponse, vendorError } from '../wire/vendor-error.ts'
import type { Vendor } from '../wire/vendor-error.ts'
import type { WireDecoder } from '../wire/read-batches.ts'
import type { ChatChoice, ChatChunk, ChatContentItem, ChatDelta } from './chat-chunk.ts'
import { usageOf } from './chat-usage.ts'
import { partWriter } from './part-writer.ts'
import type { PartWriter } from './part-writer.ts'
import { toolCallStream } from './tool-call-stream.ts'
import type { ToolCallStream } from './tool-call-stream.ts'

/** How vendors name their reasons; unknown ones are `other`. */
const REASONS: ReadonlyMap<string, FinishReason> = new Map<string, FinishReason>([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'tool-calls'],
  ['function_call', 'tool-calls'],
  ['tool_use', 'tool-calls'],
  ['content_filter', 'content-filter'],
  ['sensitive', 'content-filter'],
  ['safety', 'content-filter'],
  ['recitation', 'content-filter'],
  ['prohibited_content', 'content-filter'],
  ['refusal', 'content-filter'],
])

/** Reasons that are failures: OpenRouter and Mistral, Z.ai, DeepSeek, vLLM. */
const FAILURES: ReadonlySet<string> = new Set([
  'error',
  'network_error',
  'insufficient_system_resource',
  'abort',
])

/** Decodes one Chat Completions answer. This is the hot path: one plain object per delta, nothing else. */
export function chatDecoder(vendor: Vendor): WireDecoder {
  return new ChatDecoder(vendor)
}

class ChatDecoder implements WireDecoder {
  private readonly vendor: Vendor
  private parts = 0
  private readonly writer: PartWriter
  private readonly calls: ToolCallStream
  private readonly shape: RepeatedShape<ChatChunk> = repeatedShape(textAlone, UNREAD)
  private reason: FinishReason | null = null
  private usage: Usage | null = null
  private isDone = false
  private isRefused = false

  constructor(vendor: Vendor) {
    this.vendor = vendor
    const nextPart = (): number => this.parts++
    this.writer = partWriter(nextPart)
    this.calls = toolCallStream(nextPart)
  }

  decode({ event, data }: ServerSentEvent, batch: ModelEvent[]): void {
    const repeated = event === 'error' ? null : this.shape.textIn(data)
    if (repeated !== null) {
      this.writer.write('text.delta', repeated, batch)
      return
    }
    const chunk: ChatChunk | null = parseObject(data)
    if (event === 'error') throw vendorError(this.vendor, { status: null, body: chunk ?? data })
    if (chunk !== null) {
      this.takeChunk(chunk, batch)
      this.shape.learn(data, chunk)
    } else if (data.startsWith('[DONE]')) this.isDone = true
    else if (data.trim() !== '') throw badResponse(this.vendor, MALFORMED)
  }

  decodeWhole(body: unknown, batch: ModelEvent[]): void {
    if (isJsonObject(body)) this.takeChunk(body, batch)
  }

  isComplete(): boolean {
    return this.isDone
  }

  hasAnswer(): boolean {
    return this.isDone || this.reason !== null
  }

  finish(batch: ModelEvent[]): void {
    const { calls, usage } = this
    this.writer.end(batch)
    calls.end(batch)
    batch.push({ type: 'finish', reason: finalReason(this.reason, this.isRefused, calls.count()), usage })
  }

  private takeChunk(chunk: ChatChunk, batch: ModelEvent[]): void {
    if (chunk.error || chunk.object === 'error') throw vendorError(this.vendor, { status: null, body: chunk })
    if (chunk.usage) this.usage = usageOf(chunk.usage) ?? this.usage
    const choice = chunk.choices?.[0]
    if (!choice || (choice.index ?? 0) > 0) return
    const delta = choice.delta ?? choice.message
    if (delta) this.takeDelta(delta, batch)
    this.isRefused ||= Boolean(delta?.refusal)
    if (choice.finish_reason) {
      const told = reasonOf(this.vendor, choice)
      // Some gateways put a `stop` of their own behind the vendor's reason.
      if (told !== 'stop' || this.reason === null) this.reason = told
      const late = chunk.usage ?? choice.usage ?? chunk.x_groq?.usage
      if (late) this.usage = usageOf(late) ?? this.usage
    }
  }

  private takeDelta(delta: ChatDelta, batch: ModelEvent[]): void {
    const { writer, calls } = this
    const thought = delta.reasoning_content ?? delta.reasoning
    if (typeof thought === 'string' && thought !== '') writer.write('reasoning.delta', thought, batch)
    if (delta.reasoning_details?.length) writer.keepDetails(delta.reasoning_details, batch)
    const { content } = delta
    if (typeof content === 'string') {
      if (content !== '') writer.write('text.delta', content, batch)
    } else if (content) writeItems(content, writer, batch)
    if (delta.refusal) writer.write('text.delta', delta.refusal, batch)
    if (delta.tool_calls?.length) {
      writer.close(batch)
      for (const piece of delta.tool_calls) calls.take(piece, batch)
    }
  }
}

/** Padding against listeners who see how long the pieces are: OpenAI, Mistral. */
const UNREAD = ['obfuscation', 'p'] as const

/** The text of a chunk that tells nothing else; `null` of any other. */
function textAlone({ choices, usage }: ChatChunk): string | null {
  const choice = choices?.[0]
  const delta = choice?.delta
  if (!delta || usage || choice.finish_reason || (choice.index ?? 0) > 0) return null
  if (delta.reasoning_content || delta.reasoning || delta.reasoning_details?.length) return null
  if (delta.refusal || delta.tool_calls?.length || typeof delta.content !== 'string') return null
  return delta.content
}

function writeItems(items: readonly ChatContentItem[], writer: PartWriter, batch: ModelEvent[]): void {
  for (const item of items) {
    for (const thought of item.thinking ?? []) {
      if (thought.text) writer.write('reasoning.delta', thought.text, batch)
    }
    if (item.text) writer.write('text.delta', item.text, batch)
  }
}

function reasonOf(vendor: Vendor, choice: ChatChoice): FinishReason {
  const name = (choice.finish_reason ?? '').toLowerCase()
  if (FAILURES.has(name)) {
    throw vendorError(vendor, {
      status: null,
      body: { message: `stopped with "${name}"`, type: 'server_error' },
    })
  }
  return REASONS.get(name) ?? 'other'
}

/** Ollama and Google say `stop` although there are calls; a refusal says `stop` too. */
function finalReason(reason: FinishReason | null, isRefused: boolean, calls: number): FinishReason {
  if (isRefused) return 'content-filter'
  if (calls > 0 && (reason === 'stop' || reason === null)) return 'tool-calls'
  return reason ?? 'other'
}
