import type { Agent } from './agent.ts'
import { callQueue } from './call-queue.ts'
import { checkAnswerable } from './check-answerable.ts'
import { checkWhole } from './check-whole.ts'
import { ConfigError } from './errors.ts'
import type { RunEvent } from './events.ts'
import { userMessage } from './messages.ts'
import type { Message, UserMessage } from './messages.ts'
import type { RunLog } from './run-log.ts'
import type { ResumeOptions, Run, RunResult } from './run.ts'
import { conversationIn } from './session-log.ts'
import type { Conversation } from './session-log.ts'

/** What {@link session} is told. */
export interface SessionOptions extends Omit<ResumeOptions, 'signal'> {
  /** Where its runs are recorded, and found again after a crash. */
  readonly log: RunLog
  /** The same id finds the same conversation. Its runs are `id.1`, `id.2` … */
  readonly id: string
  /** Calls that may wait for the one under way; more are refused. Default 16. */
  readonly maxQueued?: number
}

/** What a call of a session may be told. */
export interface SessionCallOptions {
  /** Aborting it ends the run of this call; a call that still waits is recorded as aborted when its turn comes. */
  readonly signal?: AbortSignal
}

/** An answer of a session, to be read as it comes. */
export interface SessionStream extends AsyncIterable<RunEvent> {
  /** @throws ConfigError `run.consumed` when it is already being read. */
  [Symbol.asyncIterator](): AsyncIterator<RunEvent, undefined>
  /** How the run ended, once it was read to its end or left; rejects with what reading it threw. */
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
   * @throws ConfigError `session.busy` when too many calls wait, `session.closed` after `close`,
   *   `config.invalid` for a blank input. LogError when the log cannot be read.
   */
  call(input: string | UserMessage, options?: SessionCallOptions): Promise<RunResult>
  /** The same, event by event; nothing happens before it is read. Leaving early aborts the run. */
  stream(input: string | UserMessage, options?: SessionCallOptions): SessionStream
  /**
   * Adds a user message to the run under way; one that comes too late for it is heard with the next call.
   *
   * @throws ConfigError `run.ended` when there is no run, `config.invalid` for a blank message.
   */
  steer(message: string | UserMessage): Promise<void>
  /** The whole conversation so far. */
  messages(): Promise<readonly Message[]>
  /**
   * Aborts the run under way, refuses the calls that wait and all further ones, and returns when the run is
   * wound up, also when its reader stands still.
   */
  close(): Promise<void>
}

/** How many calls may wait when nobody says: enough for impatience, too few to hide a stuck model. */
const DEFAULT_MAX_QUEUED = 16

/** @throws ConfigError `config.invalid` when `maxQueued` is not a whole number of at least 0. */
export function session(agent: Agent, options: SessionOptions): Session {
  const { log, id, maxQueued = DEFAULT_MAX_QUEUED } = options
  checkWhole('maxQueued', maxQueued, 0)
  const queue = callQueue(maxQueued, () => busy(id, maxQueued))
  const refusal = closedError(id)
  const conversation = conversationIn(log, id)
  let current: Promise<Turn> | null = null
  let isClosed = false

  const begin = async (input: UserMessage, signal: AbortSignal | undefined): Promise<Turn> => {
    const last = await conversation()
    if (isClosed) throw refusal
    const run = nextRun(agent, options, { input, signal, last })
    return { run, batches: run.batches()[Symbol.asyncIterator](), input }
  }
  async function* serve(asked: Asked): AsyncGenerator<readonly RunEvent[], void> {
    let leave: (() => void) | null = null
    let turn: Turn | null = null
    try {
      checkAnswerable(asked.input)
      leave = await queue.enter()
      current = begin(asked.input, asked.signal)
      turn = await current
      yield* batchesOf(turn)
    } catch (thrown) {
      asked.result.reject(thrown)
      throw thrown
    } finally {
      if (leave) current = null
      if (turn) asked.result.resolve(await turn.run.result)
      leave?.()
    }
  }
  return {
    id,
    async call(input, { signal } = {}) {
      const asked = askedOf(input, signal)
      for await (const _batch of serve(asked));
      return asked.result.promise
    },
    stream(input, { signal } = {}) {
      const asked = askedOf(input, signal)
      return { [Symbol.asyncIterator]: once(id, () => eventsOf(serve(asked))), result: asked.result.promise }
    },
    async steer(message) {
      const turn = await current
      if (turn) return turn.run.steer(message)
      throw new ConfigError('run.ended', `Session ${id} has no run under way; use call or stream.`)
    },
    async messages() {
      return (await conversation())?.messages ?? []
    },
    async close() {
      isClosed = true
      queue.close(refusal)
      const turn = await current?.catch(() => null)
      turn?.run.abort('the session was closed')
      await turn?.batches.return?.()
    },
  }
}

/** One call: what was said, and who waits for the result. */
interface Asked {
  readonly input: UserMessage
  readonly signal: AbortSignal | undefined
  readonly result: PromiseWithResolvers<RunResult>
}

function askedOf(input: string | UserMessage, signal: AbortSignal | undefined): Asked {
  const result = Promise.withResolvers<RunResult>()
  // Whoever only reads the events need not look at the result.
  result.promise.catch(() => {})
  return { input: typeof input === 'string' ? userMessage(input) : input, signal, result }
}

/** The call being served. */
interface Turn {
  readonly run: Run
  readonly batches: AsyncIterator<readonly RunEvent[]>
  readonly input: UserMessage
}

interface Next {
  readonly input: UserMessage
  readonly signal: AbortSignal | undefined
  readonly last: Conversation | null
}

/** Goes on with a run that has not ended; begins one after it otherwise. */
function nextRun(agent: Agent, options: SessionOptions, { input, signal, last }: Next): Run {
  const { log, id, maxQueued: _waiting, ...shared } = options
  const drive = signal ? { ...shared, signal } : shared
  if (last && last.state.stop === null) return agent.resume(log, last.state.runId, drive)
  const compaction = last?.state.compaction ?? null
  return agent.run(input, {
    ...drive,
    log,
    runId: `${id}.${(last?.number ?? 0) + 1}`,
    messages: last?.messages ?? [],
    ...(compaction ? { compaction } : {}),
  })
}

/** The input joins a resumed run once it is ours: another driver must not hear it, and us told of a failure. */
async function* batchesOf({ run, batches, input }: Turn): AsyncGenerator<readonly RunEvent[], void> {
  for await (const batch of { [Symbol.asyncIterator]: () => batches }) {
    if (batch[0]?.type === 'run.resumed') await run.steer(input)
    yield batch
  }
}

async function* eventsOf(batches: AsyncIterable<readonly RunEvent[]>): AsyncGenerator<RunEvent, undefined> {
  for await (const batch of batches) yield* batch
  return undefined
}

function once<T>(id: string, make: () => T): () => T {
  let isMade = false
  return () => {
    if (isMade)
      throw new ConfigError('run.consumed', `This answer of session ${id} is already being read; ask again.`)
    isMade = true
    return make()
  }
}

function busy(id: string, maxQueued: number): ConfigError {
  return new ConfigError(
    'session.busy',
    `Session ${id} has ${maxQueued} calls waiting; wait for one of them to end.`,
  )
}

function closedError(id: string): ConfigError {
  return new ConfigError(
    'session.closed',
    `Session ${id} is closed; make a new one with the same id to go on.`,
  )
}
