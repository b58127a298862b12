import type { RunEnd } from './events.ts'
import type { ToolCallPart } from './messages.ts'
import type { RunState } from './run-state.ts'

/** What a run does next. */
export type NextStep =
  | { readonly do: 'call-model'; readonly turn: number }
  /** Calls of the last turn that have no result yet, in order. */
  | { readonly do: 'call-tools'; readonly calls: readonly ToolCallPart[] }
  | { readonly do: 'end'; readonly stop: RunEnd }

/** Decides from the state alone: replaying any prefix of a log leads to the same decision. */
export function nextStep(state: RunState): NextStep {
  if (state.stop) return { do: 'end', stop: state.stop }
  // A turn that a crash cut off is taken again under its own number.
  if (state.turn > 0 && state.finish === null) return { do: 'call-model', turn: state.turn }
  const open = state.calls.filter((call) => !state.results.has(call.callId))
  if (open.length > 0) return { do: 'call-tools', calls: open }
  const isAnswered = state.finish !== null && state.calls.length === 0
  if (isAnswered && state.queued.length === 0) return { do: 'end', stop: endFor(state) }
  if (state.turn >= state.limits.steps) return { do: 'end', stop: { reason: 'steps', steps: state.turn } }
  return { do: 'call-model', turn: state.turn + 1 }
}

function endFor(state: RunState): RunEnd {
  if (state.finish === 'length') return { reason: 'length' }
  if (state.finish === 'content-filter') return { reason: 'refused' }
  return { reason: 'done' }
}
