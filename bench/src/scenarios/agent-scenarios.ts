import type { FakeScript, FakeTurn } from '@heddle/testkit/fake-provider'
import { scaled } from '../scenario.ts'
import type { Scenario, ScenarioOptions } from '../scenario.ts'
import { chatScenario, words } from './chat-scenario.ts'
import type { ChatPlan } from './chat-scenario.ts'

const EVERYBODY: ChatPlan['clients'] = {
  'fetch-loop': ['./clients/fetch-loop.ts', 'fetchLoop'],
  'ai-sdk': ['./clients/ai-sdk.ts', 'aiSdk'],
  heddle: ['./clients/heddle.ts', 'heddle'],
}

const ON_DISK: ChatPlan['clients'] = { 'heddle-sqlite': ['./clients/heddle-sqlite.ts', 'heddleSqlite'] }

/** Calls that the model makes at once in every step of a tool loop. */
const CALLS_PER_STEP = 4

/** Long enough for a candidate that reads on to have read everything. */
const STALL_MS = 2_500

type Plan = Omit<ChatPlan, 'clients' | 'baseUrl'>

/** Whole agents: answers, tool loops, many at once, slow readers. */
export function agentScenarios({ scale, hasStore }: ScenarioOptions): readonly Scenario[] {
  const withDisk = { ...EVERYBODY, ...(hasStore ? ON_DISK : {}) }
  const scenarioOf = (plan: Plan, clients: ChatPlan['clients'] = EVERYBODY): Scenario =>
    chatScenario({ ...plan, clients, baseUrl: ({ openaiBaseUrl }) => openaiBaseUrl })
  return [
    scenarioOf(stream(scaled(20_000, scale)), withDisk),
    scenarioOf(toolLoop('tool-loop-50', scaled(50, scale))),
    scenarioOf(toolLoop('tool-loop-400', scaled(400, scale))),
    scenarioOf(loneSteps(scaled(400, scale)), withDisk),
    scenarioOf(agents(scaled(1_000, scale))),
    scenarioOf(slowSink(scaled(150_000, scale), Math.max(50, STALL_MS * scale))),
    scenarioOf(leak(scaled(200, scale))),
  ]
}

/** One answer in many deltas, all of them sent at once. */
function stream(deltas: number): Plan {
  return {
    name: 'stream',
    work: { kind: 'throughput', metric: 'cpuUsPerDelta', units: deltas },
    script: { turns: [{ text: words(deltas) }] },
    warmUpScript: { turns: [{ text: words(Math.min(1_000, deltas)) }] },
  }
}

/** Steps of parallel calls, then an answer; every request carries the whole history. */
function toolLoop(name: string, steps: number): Plan {
  return {
    name,
    work: { kind: 'throughput', metric: 'cpuUsPerStep', units: steps },
    script: { turns: [...toolTurns(steps, CALLS_PER_STEP), DONE] },
    warmUpScript: { turns: [...toolTurns(Math.min(10, steps), CALLS_PER_STEP), DONE] },
  }
}

/** Steps of one call, one after the other in an idle process. */
function loneSteps(steps: number): Plan {
  return {
    name: 'lone-steps',
    work: { kind: 'steps' },
    script: { turns: [...toolTurns(steps, 1), DONE] },
    warmUpScript: { turns: [...toolTurns(Math.min(20, steps), 1), DONE] },
  }
}

/** Many agents at once, each with three steps and an answer. */
function agents(count: number): Plan {
  const script: FakeScript = { turns: [...toolTurns(3, 1), { text: words(200) }] }
  return {
    name: 'agents-1000',
    everyRounds: 3,
    work: { kind: 'agents', agents: count },
    script,
    warmUpScript: script,
  }
}

/** A long answer for a consumer who stands still after a tenth of it: reading on would show, and so would hoarding. */
function slowSink(deltas: number, stallMs: number): Plan {
  return {
    name: 'slow-sink',
    everyRounds: 3,
    work: { kind: 'stall', afterDeltas: Math.ceil(deltas / 10), stallMs },
    script: { turns: [{ text: words(deltas, deltas) }] },
    warmUpScript: { turns: [{ text: words(Math.min(1_000, deltas)) }] },
  }
}

/** Short runs with a tool call, one after the other. */
function leak(runsPerBatch: number): Plan {
  const script: FakeScript = { turns: [...toolTurns(1, 1), { text: words(20) }] }
  return {
    name: 'leak',
    everyRounds: 3,
    work: { kind: 'leak', runsPerBatch },
    script,
    warmUpScript: script,
  }
}

const DONE: FakeTurn = { text: ['All', ' done.'] }

/** No two calls are equal: making the same ones again would be told to the model, and then stopped. */
function toolTurns(steps: number, callsPerStep: number): FakeTurn[] {
  return Array.from({ length: steps }, (_, step) => ({
    toolCalls: Array.from({ length: callsPerStep }, (_, call) => ({
      name: 'noop',
      arguments: { id: step * callsPerStep + call },
    })),
  }))
}
