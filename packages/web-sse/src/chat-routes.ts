import { Router } from 'express'
import type { Request, Response } from 'express'
import { systemRuntime, toErrorJson } from '@heddle/core'
import type { Agent, ErrorJson, RunEvent, RunLog, Sink } from '@heddle/core'
import { chatRequestOf } from './chat-request.ts'
import { answerBadRequest, jsonObjectOf, readJsonBody } from './json-body.ts'
import { errorMask } from './error-mask.ts'
import { DEFAULT_KEEP_ALIVE_MS, DEFAULT_MAX_BODY_BYTES } from './defaults.ts'
import { closeSignal, openSse } from './sse-response.ts'
import { startRun } from './start-run.ts'
import { streamRun } from './stream-run.ts'
import { uiChunkEncoder } from './ui-chunks.ts'
import type { UiChunk, UiChunkEncoder, UiProfile } from './ui-chunks.ts'
import { UI_DONE, uiFrames } from './ui-frames.ts'

/** What {@link chatRoutes} may be told. */
export interface ChatRoutesOptions {
  /** Milliseconds of silence after which a comment keeps proxies from closing the stream; 0: never. Default 15,000. */
  readonly keepAliveMs?: number
  /** Largest body in bytes, after decompression. Default 4,194,304 (4 MB): pages post the whole history. */
  readonly maxBodyBytes?: number
  /** Which clients must understand the stream. Default `v6`. */
  readonly profile?: UiProfile
  /**
   * What the page may read of an error of the model, of a tool (`tool.…` codes) or of the server. Called
   * for each. Default: `An error occurred.`; the model reads the real text of its tools in any case.
   */
  readonly onError?: (error: ErrorJson) => string
  /** Hear every run that is started here. */
  readonly sinks?: readonly Sink[]
  /** Where the runs are recorded; default: the agent's. */
  readonly log?: RunLog
  /** Makes the id of a new assistant message; default: 82 random bits. */
  readonly newMessageId?: () => string
}

/** Marks the body as a UI message stream; clients of all versions call it `v1`. */
const UI_STREAM_HEADERS = { 'x-vercel-ai-ui-message-stream': 'v1' } as const

/**
 * Routes for the `useChat` hook of the AI SDK, to be mounted at `/api/chat`.
 *
 * - `POST /` runs the agent on the posted conversation and streams the answer. The run goes on only as
 *   fast as the client reads, and is aborted when the client leaves. A body that cannot be served is
 *   answered with 400, 413 or 415 and one sentence of plain text.
 * - `GET /:chatId/stream` answers 204, "nothing to resume": a run ends with its connection.
 *
 * The routes know nobody: put authentication, rate limits and CORS before them.
 *
 * @example
 * express().use('/api/chat', chatRoutes(agent({ model, tools })))
 */
export function chatRoutes(agent: Agent, options: ChatRoutesOptions = {}): Router {
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = options
  const mask = errorMask(options.onError)
  const router = Router()
  router.post('/', readJsonBody(maxBodyBytes), async (request, response) => {
    await answer(agent, options, request, response)
  })
  router.get('/:chatId/stream', (_request, response) => {
    response.status(204).end()
  })
  router.use(answerBadRequest(maxBodyBytes, (thrown) => mask(toErrorJson(thrown))))
  return router
}

async function answer(
  agent: Agent,
  options: ChatRoutesOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const signal = closeSignal(response)
  const asked = chatRequestOf(jsonObjectOf(request.body, request.get('content-type')))
  const run = startRun(agent, asked, options, signal)

  const { keepAliveMs = DEFAULT_KEEP_ALIVE_MS, profile = 'v6', newMessageId = randomMessageId } = options
  const errorText = errorMask(options.onError)
  const encoder = uiChunkEncoder({ messageId: asked.continuedId ?? newMessageId(), profile, errorText })
  const sse = openSse(response, { keepAliveMs, headers: UI_STREAM_HEADERS })
  try {
    await streamRun(run, sse, (batch) => framesOf(batch, encoder))
  } catch (thrown) {
    await sse.write(uiFrames([{ type: 'error', errorText: errorText(toErrorJson(thrown)) }]))
  } finally {
    sse.end(UI_DONE)
  }
}

function framesOf(batch: readonly RunEvent[], encoder: UiChunkEncoder): string {
  const chunks: UiChunk[] = []
  for (const event of batch) encoder.encode(event, chunks)
  return uiFrames(chunks)
}

function randomMessageId(): string {
  return systemRuntime.newId('msg')
}
