import { canonicalJson } from './canonical-json.ts'
import type { Compaction } from './context-view.ts'
import { answerKey } from './letters.ts'
import type { JsonValue } from './json.ts'
import type { OutputStrategy } from './output-strategy.ts'
import { LogError } from './errors.ts'
import type { ApprovalRequest, DurableEvent, ParentRun, RunEnd, RunLimits, ToolEffect } from './events.ts'
import type { GivenAnswer } from './letters.ts'
import { toolCallsOf } from './messages.ts'
import type { Message, ToolCallPart, ToolResultPart, UserMessage } from './messages.ts'
import type { FinishReason } from './model.ts'
import { ZERO_USAGE, addUsage } from './usage.ts'
import type { Usage } from './usage.ts'

/** Where a run stands: everything the next decision needs, and nothing that is not in the log. */
export interface RunState {
  readonly runId: string
  readonly parent: ParentRun | null
  readonly agent: string
  /** `provider/model` in use now. */
  readonly model: string
  readonly instructions: string
  readonly limits: RunLimits
  /** Of the last event. */
  readonly seq: number
  /** The transcript: history, input, answers, results. */
  readonly messages: readonly Message[]
  /** The turn under way, or the last one; 0 before the first. */
  readonly turn: number
  /** How the last turn finished; `null` before the first and while one is under way. */
  readonly finish: FinishReason | null
  /** Calls of the last turn, in order. */
  readonly calls: readonly ToolCallPart[]
  /** Their results so far, by call id. */
  readonly results: ReadonlyMap<string, ToolResultPart>
  /** Calls of the last turn that were begun, and what beginning them again would do. */
  readonly begun: ReadonlyMap<string, ToolEffect>
  /** What was asked of people in the last turn, by call id. */
  readonly requests: ReadonlyMap<string, ApprovalRequest>
  /** The first answer to each approval id and hash (see `answerKey`), whether or not it was asked yet. */
  readonly answers: ReadonlyMap<string, GivenAnswer>
  /** Run ids of the child runs of the last turn that ended; what they cost is counted here. */
  readonly endedChildren: readonly string[]
  /** User messages that wait for the next turn. */
  readonly queued: readonly UserMessage[]
  /** Position of the last letter that was taken from the inbox. */
  readonly lettersRead: number
  /** Messages that the turn under way, or the last one, was asked with. */
  readonly asked: number
  /** The last request whose tokens its provider counted. */
  readonly counted: CountedRequest | null
  /** What the model no longer sees; `null` while it sees everything. */
  readonly compaction: Compaction | null
  /** Calls that were begun, in all turns. */
  readonly toolCalls: number
  /** How many turns in a row made the very same calls, and which. */
  readonly repeats: { readonly calls: string; readonly times: number }
  /** Money spent or, where a driver died in between, set aside; with that of ended child runs. Only runs with a budget count it. */
  readonly spentMicroUsd: number
  /** Milliseconds in which the run was driven, up to the last event. */
  readonly activeMs: number
  /** Time of the last event, in epoch milliseconds. */
  readonly atMs: number
  /** The structured answer, once there is one that fits. */
  readonly output: { readonly value: JsonValue; readonly by: OutputStrategy } | null
  /** The turn whose answer was last sent back; 0 before. */
  readonly judged: number
  /** How often a structured answer was sent back. */
  readonly repairs: number
  /** Sum over the turns that reported any, child runs included. */
  readonly usage: Usage
  /** Of the last ended turn; `null` when its provider reported none. */
  readonly lastUsage: Usage | null
  /** Of the last ended turn, in micro-dollars; `null` when unknown. */
  readonly lastCostMicroUsd: number | null
  /** Sum of micro-dollars; `null` as soon as one turn's cost is unknown. */
  readonly costMicroUsd: number | null
  /** Set by `run.ended`. */
  readonly stop: RunEnd | null
}

/** What a provider said of one request. */
export interface CountedRequest {
  readonly model: string
  readonly inputTokens: number
  /** How many messages of the transcript it was asked with, and what of them was out of view. */
  readonly messages: number
  readonly compaction: Compaction | null
}

/** The same, as the fold writes it. */
export type RunStateDraft = {
  -readonly [K in keyof RunState]: RunState[K] extends readonly (infer Item)[] ? Item[] : RunState[K]
}

/**
 * The state of a run: a pure function of its durable events, oldest first, from `run.started` on.
 *
 * @throws LogError `log.failed` when the log does not begin with `run.started` or has a gap.
 */
export function foldRun(events: Iterable<DurableEvent>): RunState {
  let state: RunStateDraft | null = null
  for (const event of events) {
    if (state) applyEvent(state, event)
    else state = beginState(event)
  }
  if (!state) throw new LogError('log.failed', 'The log of this run is empty, so there is nothing to fold.')
  return state
}

/** @throws LogError `log.failed` when `event` is not the `run.started` that a log begins with. */
export function beginState(event: DurableEvent): RunStateDraft {
  if (event.type !== 'run.started' || event.seq !== 1) {
    throw new LogError(
      'log.failed',
      `The log begins with ${event.type} (event ${event.seq}) instead of run.started.`,
    )
  }
  return {
    runId: event.runId,
    parent: event.parent,
    agent: event.agent,
    model: event.model,
    instructions: event.instructions,
    limits: event.limits,
    seq: 1,
    messages: event.input ? [...event.history, event.input] : [...event.history],
    turn: 0,
    finish: null,
    calls: [],
    results: EMPTY,
    begun: EMPTY,
    requests: EMPTY,
    endedChildren: [],
    answers: EMPTY,
    output: null,
    judged: 0,
    repairs: 0,
    compaction: event.compaction ?? null,
    asked: 0,
    counted: null,
    toolCalls: 0,
    repeats: { calls: '', times: 0 },
    spentMicroUsd: 0,
    activeMs: 0,
    atMs: event.atMs,
    queued: [],
    lettersRead: 0,
    usage: ZERO_USAGE,
    lastUsage: null,
    lastCostMicroUsd: null,
    costMicroUsd: 0,
    stop: null,
  }
}

/** Takes one event into the state. Cost does not grow with the length of the run. */
export function applyEvent(state: RunStateDraft, event: DurableEvent): void {
  if (event.seq !== state.seq + 1) {
    throw new LogError(
      'log.failed',
      `Event ${state.seq + 1} of run ${state.runId} is missing; ${event.seq} came instead.`,
    )
  }
  state.seq = event.seq
  // A clock that was set back counts as standing still; a pause does not count.
  if (event.type !== 'run.resumed') state.activeMs += Math.max(0, event.atMs - state.atMs)
  state.atMs = event.atMs
  switch (event.type) {
    case 'turn.started':
    case 'turn.ended':
    case 'turn.reset':
    case 'message.added':
    case 'model.switched':
      return applyTurnEvent(state, event)
    case 'tool.started':
    case 'tool.ended':
    case 'approval.requested':
    case 'approval.answered':
    case 'child.ended':
      return applyCallEvent(state, event)
    case 'budget.reserved':
      state.spentMicroUsd += event.microUsd
      return
    case 'budget.settled':
      state.spentMicroUsd += event.microUsd - event.reservedMicroUsd
      return
    case 'input.queued':
      state.lettersRead = event.letter
      state.queued.push(event.message)
      return
    case 'output.accepted':
      state.output = { value: event.output, by: event.by }
      return
    case 'output.rejected':
      state.repairs++
      state.judged = event.turn
      state.queued.push(event.message)
      return
    case 'context.compacted':
      state.compaction = event.compaction
      return
    case 'run.ended':
      state.stop = event.stop
      return
    case 'run.started':
      throw new LogError('log.failed', `Run ${state.runId} was started a second time at event ${event.seq}.`)
    case 'model.retried':
    case 'child.started':
    case 'run.resumed':
    case 'run.paused':
      return
    default:
      event satisfies never
  }
}

type EventOf<Type extends DurableEvent['type']> = Extract<DurableEvent, { type: Type }>

function applyTurnEvent(
  state: RunStateDraft,
  event: EventOf<'turn.started' | 'turn.ended' | 'turn.reset' | 'message.added' | 'model.switched'>,
): void {
  switch (event.type) {
    case 'turn.started':
      state.turn = event.turn
      state.finish = null
      state.calls = []
      state.results = EMPTY
      state.begun = EMPTY
      state.requests = EMPTY
      if (state.endedChildren.length > 0) state.endedChildren = []
      state.messages.push(...state.queued.splice(0))
      state.asked = state.messages.length
      // What was said since asks for another.
      state.output = null
      return
    case 'message.added':
      state.messages.push(event.message)
      if (event.message.role === 'assistant' && event.message.incomplete) state.costMicroUsd = null
      if (event.message.role === 'assistant') takeCalls(state, toolCallsOf(event.message))
      return
    case 'turn.ended':
      state.finish = event.finish
      state.lastUsage = event.usage
      state.lastCostMicroUsd = event.costMicroUsd
      if (event.usage) {
        state.usage = addUsage(state.usage, event.usage)
        state.counted = countedRequest(state, event.usage)
      }
      state.costMicroUsd = addCost(state.costMicroUsd, event.costMicroUsd)
      return
    case 'turn.reset':
      // What was told before it was paid for, and nobody knows how much.
      state.costMicroUsd = null
      return
    case 'model.switched':
      state.model = event.to
      return
    default:
      event satisfies never
  }
}

function applyCallEvent(
  state: RunStateDraft,
  event: EventOf<'tool.started' | 'tool.ended' | 'approval.requested' | 'approval.answered' | 'child.ended'>,
): void {
  switch (event.type) {
    case 'tool.started':
      state.begun = withEntry(state.begun, event.callId, event.effect)
      state.toolCalls++
      return
    case 'tool.ended':
      addResult(state, event.result)
      return
    case 'approval.requested':
      state.requests = withEntry(state.requests, event.request.callId, event.request)
      return
    case 'approval.answered':
      state.lettersRead = event.letter
      takeAnswer(state, event)
      return
    case 'child.ended':
      state.usage = addUsage(state.usage, event.usage)
      state.costMicroUsd = addCost(state.costMicroUsd, event.costMicroUsd)
      state.spentMicroUsd += event.spentMicroUsd
      state.endedChildren.push(event.runId)
      return
    default:
      event satisfies never
  }
}

function countedRequest(state: RunStateDraft, { inputTokens }: Usage): CountedRequest | null {
  const { model, asked, compaction } = state
  return inputTokens > 0 ? { model, inputTokens, messages: asked, compaction } : null
}

function addCost(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

function takeCalls(state: RunStateDraft, calls: ToolCallPart[]): void {
  state.calls = calls
  const made = calls.length === 0 ? '' : canonicalJson(calls.map(({ name, input }) => [name, input]))
  state.repeats = {
    calls: made,
    times: made !== '' && made === state.repeats.calls ? state.repeats.times + 1 : 1,
  }
}

/** The first one stands. */
function takeAnswer(state: RunStateDraft, { answer, givenAtMs }: EventOf<'approval.answered'>): void {
  const key = answerKey(answer)
  if (!state.answers.has(key)) state.answers = withEntry(state.answers, key, { ...answer, givenAtMs })
}

/** Stands for every map without entries: a thousand runs that wait have several of them each. */
const EMPTY: ReadonlyMap<string, never> = new Map<string, never>()

/** Adds to a map of this state's own, which the empty one never is. */
function withEntry<Value>(
  map: ReadonlyMap<string, Value>,
  key: string,
  value: Value,
): ReadonlyMap<string, Value> {
  return map === EMPTY ? new Map([[key, value]]) : (map as Map<string, Value>).set(key, value)
}

/** The last result of a turn completes its tool message, in the order of the calls. */
function addResult(state: RunStateDraft, result: ToolResultPart): void {
  if (state.results.has(result.callId)) {
    throw new LogError('log.failed', `Call ${result.callId} of run ${state.runId} has two results.`)
  }
  state.results = withEntry(state.results, result.callId, result)
  if (state.results.size < state.calls.length) return
  const content = state.calls.flatMap((call) => state.results.get(call.callId) ?? [])
  state.messages.push({ role: 'tool', content })
}
