import type { ServerResponse } from 'node:http'
import type { JsonObject } from '@heddle/core'
import { garbledSseText, sseText } from './encode-stream.ts'
import type { EncodedStream } from './encode-stream.ts'
import { withOddValue } from './odd-value.ts'
import type { Fault, RetryAfter } from './script.ts'
import type { WireFormat, WireFrame } from './wire.ts'

/** An answer on its way: to whom, in which language, and what goes wrong with it. */
export interface Delivery {
  readonly response: ServerResponse
  readonly wire: WireFormat
  readonly fault: Fault
  readonly model: string
  readonly serial: number
}

const cutResponses = new WeakSet<ServerResponse>()

/** True when a fault cut the connection, not the client. */
export function wasCut(response: ServerResponse): boolean {
  return cutResponses.has(response)
}

/** Sends an HTTP error in the vendor's shape. */
export function sendError(delivery: Delivery, status: number, message?: string): void {
  const { response, wire, fault, serial } = delivery
  const own = fault.kind === 'status' ? fault : undefined
  const body = own?.body ?? wire.errorBody(status, own?.reason, message)
  const isText = typeof body === 'string'
  response.writeHead(status, {
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json',
    ...wire.headers(serial),
    ...(own?.retryAfter === undefined ? {} : retryAfterHeader(own.retryAfter, Date.now())),
    ...own?.headers,
  })
  response.end(isText ? body : JSON.stringify(body))
}

/** Sends an answer as one JSON document, for requests that do not stream. */
export function sendWhole(delivery: Delivery, body: JsonObject): void {
  const { response, wire, fault, serial } = delivery
  const bytes = Buffer.from(JSON.stringify(body))
  if (fault.kind === 'error-event') return sendError(delivery, fault.status ?? 529)
  if (fault.kind === 'silence' && fault.headers === false) return
  response.writeHead(200, { 'content-type': 'application/json', ...wire.headers(serial) })
  response.flushHeaders()
  switch (fault.kind) {
    case 'silence':
      return
    case 'cut':
      return cutAfter(response, bytes.subarray(0, fault.afterBytes ?? Math.ceil(bytes.length / 2)))
    case 'malformed':
    case 'no-end':
      response.end(bytes.subarray(0, Math.ceil(bytes.length / 2)))
      return
    case 'split-utf8':
      return sendSplit(response, bytes, fault.bytes ?? 1)
    default:
      response.end(bytes)
  }
}

/**
 * Sends an answer as server-sent events.
 *
 * @param delayMs - Between two events; 0 sends all in one write.
 */
export function sendStream(delivery: Delivery, stream: EncodedStream, delayMs: number): void {
  const { response, wire, fault, serial } = delivery
  if (fault.kind === 'silence' && fault.headers === false) return
  response.writeHead(200, {
    'content-type': wire.contentType,
    'cache-control': 'no-cache',
    ...wire.headers(serial),
  })
  response.flushHeaders()
  const head = (afterDeltas = 1): readonly WireFrame[] =>
    stream.frames.slice(0, frameIndex(stream, afterDeltas))
  switch (fault.kind) {
    case 'silence':
      if (fault.afterDeltas !== undefined) response.write(sseText(head(fault.afterDeltas)))
      return
    case 'cut': {
      const isByBytes = fault.afterBytes !== undefined
      const kept = isByBytes
        ? stream.bytes.subarray(0, fault.afterBytes)
        : Buffer.from(sseText(head(fault.afterDeltas)))
      return cutAfter(response, kept)
    }
    case 'no-end':
      return sendFrames(response, stream.frames.slice(0, stream.endFrame), delayMs)
    case 'malformed': {
      const at = frameIndex(stream, fault.afterDeltas ?? 1)
      return sendFrames(response, stream.frames.with(at, halved(stream.frames[at])), delayMs)
    }
    case 'odd-value':
      return sendFrames(response, withOddValue(stream.frames, fault.at, fault.value), delayMs)
    case 'odd-event': {
      const odd = fault.event === undefined ? { data: fault.data } : { event: fault.event, data: fault.data }
      const at = frameIndex(stream, fault.afterDeltas ?? 1)
      return sendFrames(response, stream.frames.toSpliced(at, 0, odd), delayMs)
    }
    case 'error-event':
      return sendFrames(
        response,
        [...head(fault.afterDeltas), wire.errorFrame(fault.status ?? 529, fault.reason)],
        delayMs,
      )
    case 'split-utf8':
      return sendSplit(response, stream.bytes, fault.bytes ?? 1)
    case 'garbage':
      response.end(garbledSseText(stream.frames, wire.unknownFrame(delivery.model)))
      return
    case 'none':
    case 'status':
      if (delayMs > 0) sendFrames(response, stream.frames, delayMs)
      else response.end(stream.bytes)
      return
    default:
      fault satisfies never
  }
}

function frameIndex(stream: EncodedStream, afterDeltas: number): number {
  return stream.frameAfter[afterDeltas] ?? stream.endFrame
}

/** An event whose JSON stops in the middle. */
function halved(broken: WireFrame | undefined): WireFrame {
  if (broken === undefined) return { data: '{' }
  return { ...broken, data: broken.data.slice(0, Math.ceil(broken.data.length / 2)) }
}

function sendFrames(response: ServerResponse, frames: readonly WireFrame[], delayMs: number): void {
  if (delayMs <= 0) {
    response.end(sseText(frames))
    return
  }
  let next = 0
  const sendNext = (): void => {
    const current = frames[next++]
    if (response.destroyed) return
    if (current === undefined) {
      response.end()
      return
    }
    response.write(sseText([current]))
    timer = setTimeout(sendNext, delayMs)
  }
  let timer = setTimeout(sendNext, 0)
  response.once('close', () => clearTimeout(timer))
}

/** A turn of the event loop between two writes keeps clients from reading both at once. */
function sendSplit(response: ServerResponse, bytes: Buffer, size: number): void {
  let start = 0
  const sendNext = (): void => {
    if (response.destroyed) return
    if (start >= bytes.length) {
      response.end()
      return
    }
    response.write(bytes.subarray(start, (start += Math.max(1, size))), () => setImmediate(sendNext))
  }
  sendNext()
}

/** The bytes are on their way before the socket goes, else a cut could swallow what it should let through. */
function cutAfter(response: ServerResponse, bytes: Buffer): void {
  const destroy = (): void => {
    cutResponses.add(response)
    response.destroy()
  }
  if (bytes.length === 0) setImmediate(destroy)
  else response.write(bytes, () => setImmediate(destroy))
}

function retryAfterHeader({ form, ms }: RetryAfter, nowMs: number): Record<string, string> {
  if (form === 'ms') return { 'retry-after-ms': String(ms) }
  return {
    'retry-after': form === 'date' ? new Date(nowMs + ms).toUTCString() : String(Math.ceil(ms / 1000)),
  }
}
