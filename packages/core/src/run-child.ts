import type { Agent } from './agent.ts'
import type { UserMessage } from './messages.ts'
import type { RunResult } from './run.ts'

/**
 * Runs another agent for a tool call: same log, same sinks, same budget, same signal. Its result says how it
 * ended; it only rejects for misuse, or to leave the tool when the run waits for people.
 *
 * Begin several in the same order each time: after a crash or a pause the tool is begun again and finds them
 * by that. So it should be declared `idempotent`; a `once` tool is not begun again, and its runs are lost.
 */
export type RunChild = (agent: Agent, input: string | UserMessage) => Promise<RunResult>
