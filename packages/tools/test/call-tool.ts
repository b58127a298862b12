import { isAgentError } from '@heddle/core'
import { toolContext } from '@heddle/testkit'
import type { Tool } from '@heddle/core'

/** What a call of a tool led to. */
export interface CallOutcome {
  readonly result: unknown
  readonly progress: readonly unknown[]
}

/** Calls a tool as the loop does: arguments checked, progress collected; a bad argument throws its sentence. */
export async function callTool(tool: Tool, input: unknown, signal?: AbortSignal): Promise<CallOutcome> {
  const checked = await tool.input.validate(input)
  if ('problem' in checked) throw new Error(checked.problem)
  const output = tool.execute(checked.value, toolContext(signal ? { signal } : {}))
  if (!isGenerator(output)) return { result: await output, progress: [] }
  const progress: unknown[] = []
  for (;;) {
    const step = await output.next()
    if (step.done) return { result: step.value, progress }
    progress.push(step.value)
  }
}

/** The text that a call gave. */
export async function textFrom(tool: Tool, input: unknown, signal?: AbortSignal): Promise<string> {
  return String((await callTool(tool, input, signal)).result)
}

/** Code and sentence of the error that a call ended with. */
export async function errorFrom(tool: Tool, input: unknown, signal?: AbortSignal): Promise<string> {
  try {
    await callTool(tool, input, signal)
  } catch (thrown) {
    if (isAgentError(thrown)) return `${thrown.code}: ${thrown.message}`
    throw thrown
  }
  throw new Error('The call did not fail.')
}

function isGenerator(value: unknown): value is AsyncGenerator {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
