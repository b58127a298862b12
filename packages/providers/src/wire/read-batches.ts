import { createParser } from 'eventsource-parser'
import type { EventSourceMessage } from 'eventsource-parser'
import { ModelError } from '@heddle/core'
import type { ModelEvent } from '@heddle/core'
import { openLine } from './open-line.ts'
import type { Line, Patience } from './open-line.ts'
import { badResponse, vendorError } from './vendor-error.ts'
import type { Vendor } from './vendor-error.ts'

/** What one wire makes of the messages of an event stream. One per answer. */
export interface WireDecoder {
  /**
   * Appends the message's events to the batch, all but `finish`.
   *
   * @throws ModelError when the message is an error, or no answer at all.
   */
  decode(message: EventSourceMessage, batch: ModelEvent[]): void
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
  readonly patience: Patience
  readonly decoder: WireDecoder
  /** Sends the request; rejects when it cannot, and when the signal aborts. */
  send(signal: AbortSignal): Promise<Response>
}

/** A single event larger than this is an attack or a mistake; in UTF-16 units. */
const MAX_EVENT_LENGTH = 64 * 1024 * 1024
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
  const line = openLine(call.vendor.provider, call.where, call.patience, caller)
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined
  let isWhole = false
  // A body that does not listen to the request's signal is closed by hand.
  const release = (): void => void reader?.cancel().catch(() => {})
  try {
    line.signal.throwIfAborted()
    line.waiting()
    const response = await call.send(line.signal)
    const type = response.headers.get('content-type') ?? ''
    if (!response.ok || !response.body || /^(application\/json|text\/html)/i.test(type)) {
      yield await readWhole(call, response, line)
      isWhole = true
      return
    }
    reader = response.body.getReader()
    line.signal.addEventListener('abort', release)
    yield* decodeStream(call, reader, line)
    await drain(reader, line)
    isWhole = true
  } catch (thrown) {
    throw line.explain(thrown)
  } finally {
    line.close()
    line.signal.removeEventListener('abort', release)
    if (!isWhole) {
      line.cut()
      release()
    }
  }
}

async function* decodeStream(
  call: WireCall,
  reader: ReadableStreamDefaultReader<Uint8Array>,
  line: Line,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  const { decoder, vendor } = call
  const utf8 = new TextDecoder()
  let batch: ModelEvent[] = []
  const parser = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: (message) => decoder.decode(message, batch),
    onError(error) {
      if (error.type === 'max-buffer-size-exceeded')
        throw badResponse(vendor, 'sent an event of more than 64 MiB')
    },
  })
  for (;;) {
    const read = await hear(reader, line, decoder)
    line.signal.throwIfAborted()
    const text = read.done ? utf8.decode() : utf8.decode(read.value, { stream: true })
    let failure: unknown
    try {
      // Some servers leave out the blank line after their last event.
      parser.feed(read.done ? `${text}\n\n` : text)
    } catch (thrown) {
      // Half an event at the end is a cut, not nonsense.
      if (!read.done) failure = thrown
    }
    if (failure === undefined && (read.done || decoder.isComplete())) {
      if (decoder.hasAnswer()) decoder.finish(batch)
      else failure = cutShort(vendor)
    }
    if (batch.length > 0) yield batch
    if (failure !== undefined) throw failure
    if (read.done || decoder.isComplete()) return
    batch = []
  }
}

/** Reads once. A line that breaks after the answer was whole is as good as an end. */
async function hear(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  line: Line,
  decoder: WireDecoder,
): Promise<{ readonly done: false; readonly value: Uint8Array } | { readonly done: true }> {
  line.waiting()
  try {
    const read = await reader.read()
    line.heard()
    return read.done ? { done: true } : read
  } catch (thrown) {
    line.heard()
    if (!line.signal.aborted && decoder.hasAnswer()) return { done: true }
    throw thrown
  }
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
async function drain(reader: ReadableStreamDefaultReader<Uint8Array>, line: Line): Promise<void> {
  const timer = setTimeout(() => line.cut(), DRAIN_MS)
  try {
    while (!(await reader.read()).done);
  } catch {
    // The answer is whole already; how its connection ends is of no interest.
  } finally {
    clearTimeout(timer)
  }
}

async function readWhole(call: WireCall, response: Response, line: Line): Promise<readonly ModelEvent[]> {
  const text = await readText(response, line)
  const body = parseOrText(text)
  if (!response.ok)
    throw vendorError(call.vendor, { status: response.status, body, headers: response.headers })
  if (typeof body === 'string') {
    throw badResponse(call.vendor, 'did not answer with an event stream; check the base URL')
  }
  const batch: ModelEvent[] = []
  call.decoder.decodeWhole(body, batch)
  if (!call.decoder.hasAnswer()) throw cutShort(call.vendor)
  call.decoder.finish(batch)
  return batch
}

async function readText(response: Response, line: Line): Promise<string> {
  if (!response.body) return ''
  const limit = response.ok ? MAX_EVENT_LENGTH : MAX_ERROR_BYTES
  const utf8 = new TextDecoder()
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader()
  let text = ''
  for (;;) {
    line.waiting()
    const read = await reader.read()
    line.heard()
    if (read.done) return text + utf8.decode()
    text += utf8.decode(read.value, { stream: true })
    if (text.length > limit) {
      await reader.cancel()
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
