import type { TransientEvent } from './events.ts'
import { executeTool } from './execute-tool.ts'
import type { ToolCallPart } from './messages.ts'
import { outbox } from './outbox.ts'
import type { Outbox } from './outbox.ts'
import { interruptedResult } from './repair-transcript.ts'
import type { EventDraft, LoopBatch, LoopContext } from './run-plan.ts'

/** Calls under way, by call id. */
type Running = Map<string, { readonly runsAlone: boolean; readonly served: Promise<void> }>

/**
 * Serves the calls of a turn, as many at once as the agent allows, and tells progress and results as
 * they come. A call begins only after its `tool.started` was recorded. A call that must run alone waits
 * for those before it, and those after it wait for it. After an abort nothing new begins; every call
 * still gets its one result.
 */
export async function* callTools(
  context: LoopContext,
  calls: readonly ToolCallPart[],
): AsyncGenerator<LoopBatch, void> {
  const waiting = [...calls]
  const running: Running = new Map()
  const told = outbox<EventDraft | TransientEvent>()
  try {
    while (waiting.length > 0 || running.size > 0) {
      const ready = takeReady(context, waiting, running)
      if (ready.length > 0) {
        yield ready.map((call) => startedEvent(context, call))
        for (const call of ready) {
          running.set(call.callId, {
            runsAlone: runsAlone(context, call),
            served: serve(context, call, told),
          })
        }
      } else if (running.size === 0) {
        // Only an abort leaves calls that may not begin.
        yield waiting.splice(0).map((call) => interruptedEvent(context, call))
        return
      }
      const events = await told.take()
      for (const event of events) if (event.type === 'tool.ended') running.delete(event.callId)
      yield events
    }
  } finally {
    // Only a failed log leaves early; the run's signal is aborted then, so this wait is short.
    await Promise.all([...running.values()].map((call) => call.served))
  }
}

function runsAlone(context: LoopContext, call: ToolCallPart): boolean {
  return context.plan.agent.tools.get(call.name)?.runsAlone ?? false
}

/** Takes the calls that may begin now off the front of `waiting`. */
function takeReady(context: LoopContext, waiting: ToolCallPart[], running: Running): ToolCallPart[] {
  if (context.signal.aborted || [...running.values()].some((call) => call.runsAlone)) return []
  const free = context.plan.agent.parallelTools - running.size
  const barrier = waiting.findIndex((call) => runsAlone(context, call))
  if (barrier === 0) return running.size === 0 ? waiting.splice(0, 1) : []
  return waiting.splice(0, barrier === -1 ? free : Math.min(free, barrier))
}

/** Never rejects: `executeTool` turns every failure into a result. */
async function serve(
  context: LoopContext,
  call: ToolCallPart,
  told: Outbox<EventDraft | TransientEvent>,
): Promise<void> {
  const { turn } = context.state
  const { callId } = call
  const { runtime } = context.plan.agent
  const beganMs = runtime.monotonicMs()
  const result = await executeTool(context, call, (value) =>
    told.putAndWait({ type: 'tool.progress', turn, callId, value }),
  )
  const durationMs = Math.round(runtime.monotonicMs() - beganMs)
  told.put({ type: 'tool.ended', turn, callId, result, durationMs })
}

function startedEvent(context: LoopContext, { callId, name, input }: ToolCallPart): EventDraft {
  return { type: 'tool.started', turn: context.state.turn, callId, name, input }
}

function interruptedEvent(context: LoopContext, call: ToolCallPart): EventDraft {
  const result = interruptedResult(call, 'the run was aborted before it began')
  return { type: 'tool.ended', turn: context.state.turn, callId: call.callId, result, durationMs: 0 }
}
