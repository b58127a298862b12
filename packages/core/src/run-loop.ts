import { AgentError, messageOf, toErrorJson } from './errors.ts'
import type { RunEnd, RunStop } from './events.ts'
import type { AgentDefinition } from './agent-definition.ts'
import { ABORTED, abortable } from './abortable.ts'
import { callModel } from './call-model.ts'
import { callTools, refuseCalls } from './call-tools.ts'
import { EndRun } from './end-run.ts'
import { isHopeless, judgeOutput } from './final-output.ts'
import { nextStep } from './next-step.ts'
import type { EventDraft } from './event-draft.ts'
import { LogLost } from './log-lost.ts'
import type { LoopContext } from './run-plan.ts'

/**
 * The loop: decide from the state, do it, until the run ends or has to wait. What it tells is recorded
 * and folded into the state before it goes on, so it always decides on what is on record. The last event
 * says how the run ended, also when something threw.
 *
 * @returns Why nobody drives the run any more.
 * @throws LogLost, nothing else.
 */
export async function runLoop(context: LoopContext): Promise<RunStop> {
  const { output, definition } = context.plan.agent
  let stop: RunStop | null = null
  try {
    if (output) await judgeTurn(context)
    while (!stop) {
      // What has nothing to do is not even awaited: a run takes this way at every step.
      const letters = context.mailbox.mayHaveMail ? await context.mailbox.take() : []
      if (letters.length > 0) await context.tell(letters)
      const step = nextStep(context.state)
      switch (step.do) {
        case 'end':
          stop = step.stop
          continue
        case 'call-model':
          if (context.signal.aborted) throw ABORTED
          await callModel(context, step.turn)
          break
        case 'call-tools': {
          const waiting = await callTools(context, step.calls)
          if (waiting.length > 0) stop = { reason: 'approval', waiting }
          break
        }
        case 'refuse-tools':
          await context.tell(refuseCalls(context, step.calls, step.code))
          break
        default:
          step satisfies never
      }
      if (output && !stop) await judgeTurn(context)
      if (definition.onStep && !stop) stop = await askOnStep(context, definition.onStep)
    }
  } catch (thrown) {
    if (thrown instanceof LogLost) throw thrown
    stop = stopFor(context, thrown)
  }
  // In one batch with what is left of a broken answer: a log never ends between the two.
  await context.tell([...context.leftovers, lastEvent(stop)])
  return stop
}

function stopFor(context: LoopContext, thrown: unknown): RunStop {
  if (context.timeUp) return context.timeUp
  if (context.signal.aborted) return { reason: 'aborted', message: messageOf(context.signal.reason) }
  if (thrown instanceof EndRun) return thrown.end
  return { reason: 'failed', error: toErrorJson(thrown) }
}

function unusable(context: LoopContext): AgentError {
  const message = `${context.model.id} gave no answer that fits the output schema of agent "${context.plan.agent.name}", also after it was told why.`
  return new AgentError('output.invalid', message)
}

function lastEvent(stop: RunStop): EventDraft {
  if (stop.reason !== 'approval') return { type: 'run.ended', stop }
  return { type: 'run.paused', waiting: stop.waiting.map((request) => request.approvalId) }
}

/** A turn is judged before anybody is asked what to do after it; a driver that died may have left that to us. */
async function judgeTurn(context: LoopContext): Promise<void> {
  const judged = await judgeOutput(context)
  if (judged.length > 0) await context.tell(judged)
  if (isHopeless(context.state)) throw unusable(context)
}

type OnStep = NonNullable<AgentDefinition['onStep']>

/** Asks `onStep` after a turn and its tools. A run that is at its end anyway ends for its own reason. */
async function askOnStep(context: LoopContext, onStep: OnStep): Promise<RunEnd | null> {
  if (context.signal.aborted) return null
  const next = nextStep(context.state)
  if (next.do === 'call-tools' || next.do === 'refuse-tools') return null
  const { runId, turn, messages, lastUsage, lastCostMicroUsd } = context.state
  const last = messages.at(-1)
  const results = last?.role === 'tool' ? last : null
  const message = results ? messages.at(-2) : last
  const step = {
    runId,
    turn,
    message: message?.role === 'assistant' ? message : { role: 'assistant' as const, content: [] },
    results,
    usage: lastUsage,
    costMicroUsd: lastCostMicroUsd,
  }
  // It is not ours, and may take for ever.
  const said = await abortable(Promise.resolve(onStep(step)), context.signal)
  if (said !== 'stop') return null
  return next.do === 'end' ? next.stop : { reason: 'stopped' }
}
