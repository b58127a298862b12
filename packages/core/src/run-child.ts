import type { Agent } from './agent.ts'
import type { UserMessage } from './messages.ts'
import type { RunResult } from './run.ts'

/** Runs another agent for a tool call: same log, same sinks, same budget, same signal. */
export type RunChild = (agent: Agent, input: string | UserMessage) => Promise<RunResult>
