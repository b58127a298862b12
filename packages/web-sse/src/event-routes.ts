import { Router } from 'express'
import type { Request, Response } from 'express'
import { isDurable, messageOf } from '@heddle/core'
import type { Agent, DurableEvent, RunEvent, RunLog, Sink } from '@heddle/core'
import { BadRequest } from './bad-request.ts'
import { DEFAULT_KEEP_ALIVE_MS, DEFAULT_MAX_BODY_BYTES } from './defaults.ts'
import { runRequestOf } from './run-request.ts'
import { answerBadRequest, jsonObjectOf, readJsonBody } from './json-body.ts'
import { closeSignal, openSse } from './sse-response.ts'
import { startRun } from './start-run.ts'
import { streamRun } from './stream-run.ts'

/** What {@link eventRoutes} may be told. */
export interface EventRoutesOptions {
  /** Milliseconds of silence after which a comment keeps proxies from closing the stream; 0: never. Default 15,000. */
  readonly keepAliveMs?: number
  /** Largest body in bytes, after decompression. Default 4,194,304 (4 MB). */
  readonly maxBodyBytes?: number
  /** Hear every run that is started here. */
  readonly sinks?: readonly Sink[]
  /** Where the runs are recorded and read again; without it they are recorded in the agent's log, and none can be read. */
  readonly log?: RunLog
}

/** What an `EventSource` waits before it asks a run that is still going for more, in milliseconds. */
const RETRY_MS = 1_000

/**
 * Routes that give the events of runs as they are, to be mounted at `/api/runs`.
 *
 * - `POST /` with `{ input, messages? }` starts a run and streams all of its events, the same ones in the
 *   same order as `heddle -p --output-format stream-json` prints: `event` is the type, `data` the JSON,
 *   `id` the `seq` of durable events. The run is aborted when the client leaves.
 * - `GET /:runId/events` gives the durable events again, after `Last-Event-ID` or `?after=SEQ`; 404 for
 *   an unknown run, 204 when the client has heard `run.ended`, which also tells an `EventSource` to stop.
 *
 * Nothing is masked: events hold the agent's instructions and the real text of errors. This feed is for
 * your own programs and operators; put authentication before it.
 */
export function eventRoutes(agent: Agent, options: EventRoutesOptions = {}): Router {
  const { maxBodyBytes = DEFAULT_MAX_BODY_BYTES } = options
  const router = Router()
  router.post('/', readJsonBody(maxBodyBytes), async (request, response) => {
    await start(agent, options, request, response)
  })
  router.get('/:runId/events', async (request, response) => {
    await replay(request.params.runId, options, request, response)
  })
  router.use(answerBadRequest(maxBodyBytes, messageOf))
  return router
}

async function start(
  agent: Agent,
  options: EventRoutesOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const signal = closeSignal(response)
  const asked = runRequestOf(jsonObjectOf(request.body, request.get('content-type')))
  const run = startRun(agent, asked, options, signal)

  const { keepAliveMs = DEFAULT_KEEP_ALIVE_MS } = options
  const sse = openSse(response, { keepAliveMs })
  try {
    await streamRun(run, sse, eventFrames)
  } finally {
    sse.end()
  }
}

async function replay(
  runId: string,
  options: EventRoutesOptions,
  request: Request,
  response: Response,
): Promise<void> {
  const { keepAliveMs = DEFAULT_KEEP_ALIVE_MS, log } = options
  if (!log) throw new BadRequest('This server keeps no log of its runs.', 404)
  const signal = closeSignal(response)
  const after = afterSeq(request)

  // The event before the first new one tells a finished run from an unknown one.
  const events = log.read(runId, Math.max(0, after - 1))[Symbol.asyncIterator]()
  try {
    const first = await events.next()
    if (first.done === true)
      throw new BadRequest('This log has no such run, or no event that comes after the one you named.', 404)
    if (first.value.seq === after && first.value.type === 'run.ended') {
      response.status(204).end()
      return
    }
    const sse = openSse(response, { keepAliveMs })
    let next = first.value.seq === after ? await events.next() : first
    await sse.write(`retry: ${RETRY_MS}\n\n`)
    while (next.done !== true && !signal.aborted) {
      await sse.write(eventFrames([next.value]))
      next = await events.next()
    }
    sse.end()
  } finally {
    await events.return?.()
  }
}

function afterSeq(request: Request): number {
  const asked = request.get('last-event-id') ?? request.query.after ?? '0'
  const seq = typeof asked === 'string' && /^\d{1,15}$/.test(asked) ? Number(asked) : null
  if (seq === null)
    throw new BadRequest('"after" and "Last-Event-ID" must be the seq of an event: a whole number.')
  return seq
}

function eventFrames(batch: readonly (RunEvent | DurableEvent)[]): string {
  let frames = ''
  for (const event of batch) {
    if (isDurable(event)) frames += `id: ${event.seq}\n`
    frames += `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
  }
  return frames
}
