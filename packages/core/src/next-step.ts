import type { RunEnd } from './events.ts'
import type { ToolCallPart } from './messages.ts'
import type { RunState } from './run-state.ts'

/** What a run does next. */
export type NextStep =
  | { readonly do: 'call-model'; readonly turn: number }
  /** Calls of the last turn that have no result yet, in order. */
  | { readonly do: 'call-tools'; readonly calls: readonly ToolCallPart[] }
  /** The same, but they are answered without being run. */
  | {
      readonly do: 'refuse-tools'
      readonly calls: readonly ToolCallPart[]
      readonly code: 'tool.limit' | 'tool.repeated'
    }
  | { readonly do: 'end'; readonly stop: RunEnd }

/** Decides from the state alone: replaying any prefix of a log leads to the same decision. */
export function nextStep(state: RunState): NextStep {
  if (state.stop) return { do: 'end', stop: state.stop }
  // A turn that a crash cut off is taken again under its own number.
  if (state.turn > 0 && state.finish === null) return { do: 'call-model', turn: state.turn }
  // Looked at several times at each step, most of all when there is nothing open.
  if (state.results.size < state.calls.length) {
    return stepForCalls(
      state,
      state.calls.filter((call) => !state.results.has(call.callId)),
    )
  }
  if (state.output && state.queued.length === 0) return { do: 'end', stop: { reason: 'done' } }
  const isAnswered = state.finish !== null && state.calls.length === 0
  if (isAnswered && state.queued.length === 0) return { do: 'end', stop: endFor(state) }
  const limit = reachedLimit(state)
  return limit ? { do: 'end', stop: limit } : { do: 'call-model', turn: state.turn + 1 }
}

function stepForCalls(state: RunState, open: readonly ToolCallPart[]): NextStep {
  const { repeats, toolCalls } = state.limits
  if (repeats != null && state.repeats.times >= repeats)
    return { do: 'refuse-tools', calls: open, code: 'tool.repeated' }
  // What was begun before a crash has been counted.
  const fresh = open.filter((call) => !state.begun.has(call.callId))
  const room = toolCalls === undefined ? Infinity : toolCalls - state.toolCalls
  if (fresh.length <= room) return { do: 'call-tools', calls: open }
  const allowed = new Set(fresh.slice(0, Math.max(0, room)))
  const calls = open.filter((call) => allowed.has(call) || state.begun.has(call.callId))
  return calls.length > 0
    ? { do: 'call-tools', calls }
    : { do: 'refuse-tools', calls: open, code: 'tool.limit' }
}

/** Limits that end a run before it asks the model again. All calls are answered by then. */
function reachedLimit(state: RunState): RunEnd | null {
  const { steps, tokens, repeats, toolCalls } = state.limits
  const used = state.usage.inputTokens + state.usage.outputTokens
  if (toolCalls !== undefined && wasRefused(state)) return { reason: 'tool-calls', toolCalls }
  if (repeats != null && state.repeats.times > repeats)
    return { reason: 'repeats', repeats: state.repeats.times }
  if (tokens !== undefined && used >= tokens) return { reason: 'tokens', tokens: used }
  return state.turn >= steps ? { reason: 'steps', steps: state.turn } : null
}

/** Whether a call of the last turn was not run because the run may make no more. */
function wasRefused({ results }: RunState): boolean {
  return [...results.values()].some(({ error }) => error?.code === 'tool.limit')
}

function endFor(state: RunState): RunEnd {
  if (state.finish === 'length') return { reason: 'length' }
  if (state.finish === 'content-filter') return { reason: 'refused' }
  return { reason: 'done' }
}
