import type { Agent } from './agent.ts'
import { ConfigError } from './errors.ts'
import type { RunEvent } from './events.ts'
import { userMessage } from './messages.ts'
import type { Message, UserMessage } from './messages.ts'
import type { RunLog } from './run-log.ts'
import { readState } from './read-state.ts'
import type { RunState } from './run-state.ts'
import type { ResumeOptions, Run, RunResult } from './run.ts'

/** What {@link session} is told. */
export interface SessionOptions extends Omit<ResumeOptions, 'signal'> {
  /** Where its runs are recorded, and found again after a crash. */
  readonly log: RunLog
  /** The same id finds the same conversation. Its runs are `id.1`, `id.2` … */
  readonly id: string
  /** Calls that may wait for the one under way; more are refused. Default 16. */
  readonly maxQueued?: number
}

/** An answer of a session, to be read as it comes. */
export interface SessionStream extends AsyncIterable<RunEvent> {
  /** Resolves when it was read to its end. */
  readonly result: Promise<RunResult>
}

/**
 * A long-lived conversation with an agent. It keeps nothing but its place in the log, so thousands fit
 * into one process, and a new one with the same id goes on where the old one died.
 */
export interface Session {
  readonly id: string
  /**
   * Asks and waits for the whole answer. Calls are served one at a time, in order. When the last run was cut
   * off or waits for approval, it is resumed, with this input as its next message.
   *
   * @throws ConfigError `session.busy` when too many calls wait, `session.closed` after `close`.
   */
  call(input: string | UserMessage, options?: { readonly signal?: AbortSignal }): Promise<RunResult>
  /** The same, event by event; nothing happens before it is read. Leaving early aborts the run. */
  stream(input: string | UserMessage, options?: { readonly signal?: AbortSignal }): SessionStream
  /** Adds a user message to the run under way. @throws ConfigError `run.ended` when there is none. */
  steer(message: string | UserMessage): Promise<void>
  /** The whole conversation so far. */
  messages(): Promise<readonly Message[]>
  /** Aborts the run under way, refuses further calls, and returns when everything is wound up. */
  close(): Promise<void>
}

/** How many calls may wait when nobody says: enough for impatience, too few to hide a stuck model. */
const DEFAULT_MAX_QUEUED = 16

export function session(agent: Agent, options: SessionOptions): Session {
  const { log, id, maxQueued = DEFAULT_MAX_QUEUED, ...driveOptions } = options
  let queue: Promise<unknown> = Promise.resolve()
  let waiting = 0
  let current: Run | null = null
  let isClosed = false
  let runs: number | null = null
  let last: RunState | null = null

  const restore = async (): Promise<void> => {
    if (runs !== null) return
    runs = await countRuns(log, id)
    last = runs === 0 ? null : await readState(log, `${id}.${runs}`)
  }
  const begin = async (input: UserMessage, signal: AbortSignal | undefined): Promise<Run> => {
    await restore()
    const shared = { ...driveOptions, ...(signal ? { signal } : {}) }
    if (last && last.stop === null) {
      const resumed = agent.resume(log, last.runId, shared)
      await resumed.steer(input)
      return resumed
    }
    const runId = `${id}.${(runs ?? 0) + 1}`
    return agent.run(input, { ...shared, log, runId, messages: last?.messages ?? [] })
  }
  /** The lines of calls: each waits for the one before, whatever became of it. */
  const enter = async (): Promise<() => void> => {
    if (isClosed)
      throw new ConfigError(
        'session.closed',
        `Session ${id} is closed; make a new one with the same id to go on.`,
      )
    if (waiting >= maxQueued) {
      throw new ConfigError(
        'session.busy',
        `Session ${id} has ${maxQueued} calls waiting; wait for one of them to end.`,
      )
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = queue
    queue = promise
    waiting++
    await before
    waiting--
    return resolve
  }
  async function* serve(
    input: string | UserMessage,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<RunEvent, RunResult> {
    const leave = await enter()
    try {
      current = await begin(typeof input === 'string' ? userMessage(input) : input, signal)
      if (isClosed) current.abort('the session was closed')
      yield* current
      return await current.result
    } finally {
      if (current) last = await readState(log, current.runId)
      if (last) runs = Math.max(runs ?? 0, Number(last.runId.slice(id.length + 1)))
      current = null
      leave()
    }
  }
  return {
    id,
    async call(input, { signal } = {}) {
      const events = serve(input, signal)
      for (;;) {
        const next = await events.next()
        if (next.done) return next.value
      }
    },
    stream(input, { signal } = {}) {
      const settled = Promise.withResolvers<RunResult>()
      // Whoever only reads the events need not look at the result.
      settled.promise.catch(() => {})
      async function* events(): AsyncGenerator<RunEvent, void> {
        try {
          settled.resolve(yield* serve(input, signal))
        } catch (thrown) {
          settled.reject(thrown)
          throw thrown
        }
      }
      return { [Symbol.asyncIterator]: events, result: settled.promise }
    },
    async steer(message) {
      if (!current)
        throw new ConfigError('run.ended', `Session ${id} has no run under way; use call or stream.`)
      await current.steer(message)
    },
    async messages() {
      await restore()
      return current ? ((await readState(log, current.runId))?.messages ?? []) : (last?.messages ?? [])
    },
    async close() {
      isClosed = true
      current?.abort('the session was closed')
      await queue
    },
  }
}

/** Runs are numbered without gaps, so looking at a few ids finds the last. */
async function countRuns(log: RunLog, id: string): Promise<number> {
  let known = 0
  let unknown = 1
  while (await hasRun(log, `${id}.${unknown}`)) {
    known = unknown
    unknown *= 2
  }
  while (unknown - known > 1) {
    const middle = Math.floor((known + unknown) / 2)
    if (await hasRun(log, `${id}.${middle}`)) known = middle
    else unknown = middle
  }
  return known
}

async function hasRun(log: RunLog, runId: string): Promise<boolean> {
  for await (const event of log.read(runId)) return event.seq === 1
  return false
}
