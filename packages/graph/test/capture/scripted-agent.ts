import { agent, memoryRunLog, tool } from '@heddle/core'
import type { Agent, AgentDefinition, RunLog, RunResult, Sink, Tool } from '@heddle/core'
import { captureSink } from '@heddle/graph'
import type { CaptureSinkOptions, DecisionGraph } from '@heddle/graph'
import { scriptedModel, scriptedRuntime } from '@heddle/testkit'
import type { ScriptedRuntime, ScriptedToolCall, ScriptedTurn } from '@heddle/testkit'

const ANYTHING = { type: 'object' } as const

/** `edit_file` and `write_file` that say what the built-in ones say, and change nothing. */
const EDITS: readonly Tool[] = ['edit_file', 'write_file'].map((name) =>
  tool({ name, description: 'Edits.', input: ANYTHING, execute: () => 'Edited.' }),
)

/** A `bash` that prints what its script says, in the form of the built-in one. */
function bash(outputs: readonly string[]): Tool {
  let calls = 0
  return tool({ name: 'bash', description: 'Runs.', input: ANYTHING, execute: () => outputs[calls++] ?? '' })
}

export const PASSED = '# pass 3\n# fail 0\n[exit code 0, 0.1 s]'
export const FAILED = 'not ok 1 - adds\nAssertionError: 1 == 2\n[exit code 1, 0.1 s]'

export function edit(path: string, text = 'new'): ScriptedToolCall {
  return { name: 'edit_file', input: { path, old_string: 'old', new_string: text } }
}

export function shell(command: string): ScriptedToolCall {
  return { name: 'bash', input: { command } }
}

/** A run of the session `s`, one minute after the one before, captured as it goes. */
export interface Scene {
  readonly log: RunLog
  readonly runtime: ScriptedRuntime
  readonly sink: Sink
  run(request: string, turns: readonly ScriptedTurn[], more?: SceneRun): Promise<RunResult>
  agentFor(turns: readonly ScriptedTurn[], more?: SceneRun): Agent
}

export interface SceneRun {
  /** What `bash` prints, one call after the other. */
  readonly bash?: readonly string[]
  readonly tools?: readonly Tool[]
  readonly definition?: Partial<AgentDefinition>
  readonly messages?: RunResult['messages']
  /** Sinks beside the one that captures. */
  readonly sinks?: readonly Sink[]
}

export function scene(graph: DecisionGraph, options: CaptureSinkOptions = {}): Scene {
  const log = memoryRunLog()
  const runtime = scriptedRuntime()
  const sink = captureSink(graph, { log, ...options })
  let runs = 0
  const agentFor = (turns: readonly ScriptedTurn[], more: SceneRun = {}): Agent =>
    agent({
      name: 'coder',
      model: scriptedModel(turns),
      tools: [...EDITS, bash(more.bash ?? []), ...(more.tools ?? [])],
      runtime,
      ...more.definition,
    })
  return {
    log,
    runtime,
    sink,
    agentFor,
    async run(request, turns, more = {}) {
      await runtime.advance(60_000)
      const run = agentFor(turns, more).run(request, {
        log,
        runId: `s.${++runs}`,
        sinks: [...(more.sinks ?? []), sink],
        ...(more.messages ? { messages: more.messages } : {}),
      })
      return run.result
    },
  }
}
