import { messageOf, toErrorJson } from './errors.ts'
import type { RunStop } from './events.ts'
import { ABORTED } from './abortable.ts'
import { callModel } from './call-model.ts'
import { callTools } from './call-tools.ts'
import { nextStep } from './next-step.ts'
import type { LoopBatch, LoopContext } from './run-plan.ts'

/**
 * The loop: decide from the state, do it, until the run ends. What it yields is recorded and folded
 * into the state before it is pulled again, so it always decides on what is on record. It never
 * throws: the last event says how the run ended.
 */
export async function* runLoop(context: LoopContext): AsyncGenerator<LoopBatch, void> {
  let stop: RunStop
  try {
    stop = yield* takeSteps(context)
  } catch (thrown) {
    stop = context.signal.aborted
      ? { reason: 'aborted', message: messageOf(context.signal.reason) }
      : { reason: 'failed', error: toErrorJson(thrown) }
  }
  yield [{ type: 'run.ended', stop }]
}

async function* takeSteps(context: LoopContext): AsyncGenerator<LoopBatch, RunStop> {
  for (;;) {
    const step = nextStep(context.state)
    switch (step.do) {
      case 'end':
        return step.stop
      case 'call-model':
        if (context.signal.aborted) throw ABORTED
        yield* callModel(context, step.turn)
        break
      case 'call-tools':
        yield* callTools(context, step.calls)
        break
      default:
        step satisfies never
    }
    if (nextStep(context.state).do !== 'call-tools' && (await isStopped(context))) {
      const after = nextStep(context.state)
      return after.do === 'end' ? after.stop : { reason: 'stopped' }
    }
  }
}

/** Asks `onStep` after a turn and its tools. */
async function isStopped(context: LoopContext): Promise<boolean> {
  const { onStep } = context.plan.agent.definition
  if (!onStep || context.signal.aborted) return false
  const { runId, turn, messages, lastUsage, lastCostMicroUsd } = context.state
  const last = messages.at(-1)
  const results = last?.role === 'tool' ? last : null
  const message = results ? messages.at(-2) : last
  const said = await onStep({
    runId,
    turn,
    message: message?.role === 'assistant' ? message : { role: 'assistant', content: [] },
    results,
    usage: lastUsage,
    costMicroUsd: lastCostMicroUsd,
  })
  return said === 'stop'
}
