import { isAgentError } from '@heddle/core'
import type { Agent, Run, RunLog, Sink } from '@heddle/core'
import { BadRequest } from './bad-request.ts'
import type { RunRequest } from './run-request.ts'

/** What the routes add to every run. */
export interface RunSetup {
  readonly sinks?: readonly Sink[]
  readonly log?: RunLog
}

/** @throws BadRequest when there is nothing to answer: the agent itself was checked when it was made. */
export function startRun(agent: Agent, asked: RunRequest, setup: RunSetup, signal: AbortSignal): Run {
  const { sinks, log } = setup
  try {
    return agent.run(asked.input ?? undefined, {
      messages: asked.messages,
      signal,
      ...(sinks ? { sinks } : {}),
      ...(log ? { log } : {}),
    })
  } catch (thrown) {
    if (isAgentError(thrown) && thrown.code === 'config.invalid') throw new BadRequest(thrown.message)
    throw thrown
  }
}
