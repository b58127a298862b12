import { agent, memoryRunLog } from '@heddle/core'
import type {
  AgentDefinition,
  DurableEvent,
  LanguageModel,
  Message,
  RetryPolicy,
  RunEvent,
  RunResult,
  Tool,
} from '@heddle/core'
import { anthropic } from '@heddle/providers/anthropic'
import { compatible } from '@heddle/providers/compatible'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeScripts, FakeTurn, FakeWire } from '@heddle/testkit/fake-provider'
import { checkRun } from './check-run.ts'
import { must } from './fault-row.ts'
import { hastyRuntime } from './hasty-runtime.ts'

/** Looks like a key, so that one which slips into an event is found. */
export const SECRET = 'sk-fault-0123456789abcdef-secret'

/** What a row lets an agent do. */
export interface RunOrder {
  readonly model: LanguageModel
  readonly tools?: readonly Tool[]
  /** Default `Go`, or nothing when there are messages. */
  readonly input?: string
  readonly messages?: readonly Message[]
  readonly steps?: number
  readonly retry?: Partial<RetryPolicy>
  readonly onError?: AgentDefinition['onError']
  /** The signal aborts when so many events were read. */
  readonly abortAfter?: number
  /** True: tools' time-outs take their real time. Default false: all timers are hasty. */
  readonly inRealTime?: boolean
}

/** A run that ended and whose log, events and sentences are in order. */
export interface Ran {
  readonly events: readonly RunEvent[]
  readonly stored: readonly DurableEvent[]
  readonly result: RunResult
  /** Waits before the second, third … attempt, as they were announced, in milliseconds. */
  readonly retryDelaysMs: readonly number[]
}

/** Where a row happens: one wire, and whatever the row starts on it. */
export interface FaultWorld {
  readonly wire: FakeWire
  /** Starts a provider that plays scripts by model name; it is closed after the row. */
  serve(scripts: FakeScripts): Promise<FakeProvider>
  /** Starts a provider with one model, `m`. */
  serveTurns(...turns: FakeTurn[]): Promise<FakeProvider>
  modelAt(url: string, options?: ModelOptions): LanguageModel
  /** A model of a provider that was started here. */
  modelOf(provider: FakeProvider, options?: ModelOptions): LanguageModel
  /**
   * Runs an agent to its end and checks what holds for every run: see `checkRun`.
   *
   * @throws Lost when something does not hold.
   */
  run(order: RunOrder): Promise<Ran>
  /** Closes what was started. Gives the number of requests that a client left open. */
  close(): Promise<number>
}

export interface ModelOptions {
  /** Default `m`. */
  readonly model?: string
  readonly firstByteTimeoutMs?: number
  readonly idleTimeoutMs?: number
}

/** Changes to every agent of a world, to see that the rows notice. */
export type Sabotage = (definition: AgentDefinition) => AgentDefinition

/** A world of one row on one wire. */
export function faultWorld(wire: FakeWire, sabotage: Sabotage = (definition) => definition): FaultWorld {
  const providers: FakeProvider[] = []
  const serve = async (scripts: FakeScripts): Promise<FakeProvider> => {
    const provider = await startFakeProvider({ scripts, keepRequests: 10_000 })
    providers.push(provider)
    return provider
  }
  const modelAt = (url: string, { model = 'm', ...patience }: ModelOptions = {}): LanguageModel =>
    wire === 'openai'
      ? compatible({ provider: 'fake', model, baseUrl: `${url}/v1`, apiKey: SECRET, ...patience })
      : anthropic({ provider: 'fake', model, baseUrl: url, apiKey: SECRET, ...patience })
  return {
    wire,
    serve,
    serveTurns: (...turns) => serve({ m: { turns } }),
    modelAt,
    modelOf: (provider, options) => modelAt(provider.url, options),
    run: (order) => runToEnd(order, sabotage),
    async close() {
      const left = await Promise.all(providers.map(openRequests))
      await Promise.all(providers.map((provider) => provider.close()))
      return left.reduce((sum, count) => sum + count, 0)
    },
  }
}

/** Sockets close a moment after the run is over; one that is still open after a second is left open. */
async function openRequests(provider: FakeProvider): Promise<number> {
  for (let waitedMs = 0; provider.openRequests > 0 && waitedMs < 1_000; waitedMs += 10) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return provider.openRequests
}

/** What is announced is waited for. */
function checkWaits(announcedMs: readonly number[], askedMs: readonly number[]): void {
  const missing = announcedMs.filter((delayMs) => !askedMs.includes(delayMs))
  must(missing.length === 0, `announced a wait of ${missing[0]} ms and did not take it`)
}

async function runToEnd(order: RunOrder, sabotage: Sabotage): Promise<Ran> {
  const runtime = hastyRuntime()
  const log = memoryRunLog()
  const abort = new AbortController()
  const definition = sabotage({
    model: order.model,
    tools: order.tools ?? [],
    ...(order.retry ? { retry: order.retry } : {}),
    ...(order.onError ? { onError: order.onError } : {}),
    ...(order.inRealTime === true ? {} : { runtime }),
  })
  const input = order.input ?? (order.messages ? undefined : 'Go')
  const run = agent(definition).run(input, {
    log,
    ...(order.messages ? { messages: order.messages } : {}),
    ...(order.steps === undefined ? {} : { limits: { steps: order.steps } }),
    signal: abort.signal,
  })
  const events: RunEvent[] = []
  for await (const event of run) {
    if (events.push(event) === order.abortAfter) abort.abort('the row said so')
  }
  const result = await run.result
  const stored = await Array.fromAsync(log.read(run.runId))
  checkRun({ events, stored, result, pendingTimers: runtime.pendingTimers, secret: SECRET })
  const retryDelaysMs = stored.flatMap((event) => (event.type === 'model.retried' ? [event.delayMs] : []))
  if (order.inRealTime !== true) checkWaits(retryDelaysMs, runtime.askedMs)
  return { events, stored, result, retryDelaysMs }
}
