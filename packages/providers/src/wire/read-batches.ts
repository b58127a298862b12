import { isAgentError, ModelError } from '@heddle/core'
import type { ModelEvent } from '@heddle/core'
import { EventLines } from './event-lines.ts'
import type { EventListener, ServerSentEvent } from './event-lines.ts'
import { openLine } from './open-line.ts'
import type { Line } from './open-line.ts'
import type { Reply, ReplyBody } from './reply.ts'
import { strayText } from './stray-error.ts'
import { streamText } from './stream-text.ts'
import type { Transport } from './transport-options.ts'
import { badResponse, vendorError } from './vendor-error.ts'
import type { Vendor } from './vendor-error.ts'

/** What one wire makes of the messages of an event stream. One per answer. */
export interface WireDecoder {
  /**
   * Appends the message's events to the batch, all but `finish`.
   *
   * @throws ModelError when the message is an error, or no answer at all.
   */
  decode(message: ServerSentEvent, batch: ModelEvent[]): void
  /** Takes a whole answer that was not streamed. */
  decodeWhole(body: unknown, batch: ModelEvent[]): void
  /** True once the wire's own end mark was read; nothing of value follows. */
  isComplete(): boolean
  /** True once it is known why the model stopped: whatever happens now, the answer is whole. */
  hasAnswer(): boolean
  /** Appends what was held back, and `finish`. Called once, and only when there is an answer. */
  finish(batch: ModelEvent[]): void
}

/** One request on its way. */
export interface WireCall {
  readonly vendor: Vendor
  /** Host for error sentences, without credentials or path. */
  readonly where: string
  readonly transport: Pick<Transport, 'patience' | 'maxResponseBytes'>
  /** Called once, when an answer comes: calls that wait for one hold as little as they can. */
  decoder(): WireDecoder
  /** Sends the request; rejects when it cannot, and when the line is cut. */
  send(line: Line): Promise<Reply>
}

/** A single event larger than this is an attack or a mistake; in UTF-16 units. */
const MAX_EVENT_LENGTH = 64 * 1024 * 1024
/** Content types of answers that were not streamed, and of pages. */
const IS_WHOLE = /^(application\/json|text\/html)/i
/** How much of an error body is read; in bytes. */
const MAX_ERROR_BYTES = 64 * 1024
/** How long a finished answer's connection is kept to hear its end, so that it can be used again. */
const DRAIN_MS = 100

/**
 * Sends a request and decodes its event stream.
 *
 * @param prepare - Makes the call when the first batch is asked for, so that a bad setting is thrown there.
 * @returns Batches as `LanguageModel.stream` promises them: one per network read that held events.
 * @throws ModelError, by the contract of `LanguageModel.stream`, and whatever `prepare` throws.
 */
export async function* readBatches(
  prepare: () => WireCall,
  caller: AbortSignal,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  const call = prepare()
  const line = openLine(call.vendor.provider, call.where, call.transport.patience, caller)
  let body: ReplyBody | null = null
  let isWhole = false
  try {
    throwIfCut(line)
    line.waiting()
    const reply = await call.send(line)
    body = reply.body
    // A body that does not listen to the request's signal is closed by hand.
    line.addEventListener('abort', { handleEvent: () => reply.body?.cancel() })
    throwIfCut(line)
    if (!isOk(reply) || !body || IS_WHOLE.test(reply.headers.get('content-type') ?? '')) {
      yield await readWhole(call, reply, line)
    } else {
      const decoding = new StreamDecoding(call)
      const reading: Reading = { call, body, line, length: 0 }
      while (!decoding.isOver) {
        const batch = decoding.take(await hear(reading, decoding))
        if (batch.length > 0) yield batch
        if (decoding.failure !== null) throw decoding.failure
      }
      if (!body.isOver) await drain(body, line)
    }
    isWhole = true
  } catch (thrown) {
    throw line.explain(thrown)
  } finally {
    line.close()
    if (!isWhole) {
      line.cut()
      body?.cancel()
    }
  }
}

function isOk({ status }: Pick<Reply, 'status'>): boolean {
  return status >= 200 && status < 300
}

/** One answer's bytes on their way to events. */
class StreamDecoding implements EventListener {
  /** The end mark was read, or the end of the stream, or nothing more can be read. */
  isOver = false
  /** Thrown once the batch was told that came before it. */
  failure: ModelError | null = null
  private readonly vendor: Vendor
  private readonly decoder: WireDecoder
  private readonly text = streamText()
  private readonly lines: EventLines = new EventLines(this)
  private readonly strays = strayText()
  private batch: ModelEvent[] = []

  constructor(call: WireCall) {
    this.vendor = call.vendor
    this.decoder = call.decoder()
  }

  hear(event: ServerSentEvent): void {
    // What some proxies put behind the end is no part of the answer.
    if (!this.decoder.isComplete()) this.decoder.decode(event, this.batch)
  }

  stray(line: string): void {
    this.strays.take(line)
  }

  /** Whether it is known why the model stopped. */
  hasAnswer(): boolean {
    return this.decoder.hasAnswer()
  }

  /** @param bytes - `null` at the end of the stream. @returns The events that became whole. */
  take(bytes: Uint8Array | null): readonly ModelEvent[] {
    const { decoder, vendor } = this
    const batch: ModelEvent[] = (this.batch = [])
    let failure = this.feed(bytes)
    this.isOver = bytes === null || decoder.isComplete() || failure !== null
    if (failure === null && this.isOver) failure = finished(decoder, vendor, batch)
    if (failure?.code === 'model.interrupted') failure = this.strays.error(vendor) ?? failure
    this.failure = failure
    return batch
  }

  private feed(bytes: Uint8Array | null): ModelError | null {
    try {
      // Some servers leave out the blank line after their last event.
      this.lines.feed(bytes === null ? `${this.text.end()}\n\n` : this.text.take(bytes))
      if (this.lines.heldLength <= MAX_EVENT_LENGTH) return null
      return badResponse(this.vendor, 'sent an event of more than 64 MiB')
    } catch (thrown) {
      const failure = understood(this.vendor, thrown)
      // Half an event at the end is a cut, not nonsense.
      return bytes === null && failure.code === 'model.bad_response' ? null : failure
    }
  }
}

/** A decoder looks at little and trusts that it is there; what it stumbles over is the vendor's mistake. */
function understood(vendor: Vendor, thrown: unknown): ModelError {
  if (isAgentError(thrown)) return thrown
  return badResponse(vendor, 'sent an answer of a form that is not its own', thrown)
}

/** Ends the answer. */
function finished(decoder: WireDecoder, vendor: Vendor, batch: ModelEvent[]): ModelError | null {
  if (!decoder.hasAnswer()) return cutShort(vendor)
  try {
    decoder.finish(batch)
    return null
  } catch (thrown) {
    return understood(vendor, thrown)
  }
}

/** A body under the eyes of its line, which hears every piece. */
interface Reading {
  readonly call: WireCall
  readonly body: ReplyBody
  readonly line: Line
  /** Of what was read. */
  length: number
}

/** Reads once, for an answer that may be whole already: a line that breaks then is as good as an end. */
async function hear(reading: Reading, decoding: StreamDecoding): Promise<Uint8Array | null> {
  const { body, line } = reading
  let bytes: Uint8Array | null = null
  line.waiting()
  try {
    bytes = counted(reading, await body.read())
  } catch (thrown) {
    if (line.aborted || !decoding.hasAnswer()) throw thrown
  } finally {
    line.heard()
  }
  throwIfCut(line)
  return bytes
}

/** No more than the limit. */
function counted(reading: Reading, bytes: Uint8Array | null): Uint8Array | null {
  const { vendor, transport } = reading.call
  reading.length += bytes?.length ?? 0
  if (reading.length <= transport.maxResponseBytes) return bytes
  throw new ModelError(
    'model.bad_response',
    `${vendor.provider} sent more than ${transport.maxResponseBytes} bytes; raise maxResponseBytes if answers may be that long`,
  )
}

function throwIfCut(line: Line): void {
  if (line.aborted) throw line.reason
}

function cutShort(vendor: Vendor): ModelError {
  return new ModelError(
    'model.interrupted',
    `The answer of ${vendor.provider} ended before it was complete`,
    {
      retryable: true,
    },
  )
}

/** The end mark was read; hears the connection out for a moment, so that it can serve the next request. */
async function drain(body: ReplyBody, line: Line): Promise<void> {
  const timer = setTimeout(() => line.cut(), DRAIN_MS)
  try {
    while ((await body.read()) !== null);
  } catch {
    // The answer is whole already; how its connection ends is of no interest.
  } finally {
    clearTimeout(timer)
  }
}

async function readWhole(call: WireCall, reply: Reply, line: Line): Promise<readonly ModelEvent[]> {
  const text = await readText(call, reply, line)
  const body = parseOrText(text)
  if (!isOk(reply)) throw vendorError(call.vendor, { status: reply.status, body, headers: reply.headers })
  if (typeof body === 'string') {
    throw badResponse(call.vendor, 'did not answer with an event stream; check the base URL')
  }
  const batch: ModelEvent[] = []
  const decoder = call.decoder()
  try {
    decoder.decodeWhole(body, batch)
  } catch (thrown) {
    throw understood(call.vendor, thrown)
  }
  const failure = finished(decoder, call.vendor, batch)
  if (failure !== null) throw failure
  return batch
}

async function readText(call: WireCall, { status, body }: Reply, line: Line): Promise<string> {
  if (!body) return ''
  const limit = isOk({ status }) ? MAX_EVENT_LENGTH : MAX_ERROR_BYTES
  const utf8 = new TextDecoder()
  const reading: Reading = { call, body, line, length: 0 }
  let text = ''
  for (;;) {
    line.waiting()
    const bytes = counted(reading, await body.read())
    line.heard()
    if (bytes === null) return text + utf8.decode()
    text += utf8.decode(bytes, { stream: true })
    if (text.length > limit) {
      body.cancel()
      return text
    }
  }
}

function parseOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
