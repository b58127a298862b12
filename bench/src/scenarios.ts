import type { FakeScript, FakeScripts, FakeTurn } from '@heddle/testkit/fake-provider'
import type { Tally, Task } from './clients/candidate.ts'
import type { AgentsWork } from './clients/measure-agents.ts'
import type { AppendWork } from './clients/measure-append.ts'
import type { LeakWork } from './clients/measure-leak.ts'
import type { StallWork } from './clients/measure-stall.ts'
import type { StepsWork } from './clients/measure-steps.ts'
import type { ThroughputWork } from './clients/measure-throughput.ts'
import type { Job } from './clients/run-job.ts'

export type CandidateName = 'fetch-loop' | 'ai-sdk' | 'heddle' | 'heddle-sqlite'

/** What everybody is compared with. */
export const BASELINE: CandidateName = 'fetch-loop'

interface ScenarioBase {
  readonly name: string
  readonly candidates: readonly CandidateName[]
  /** 3: it is measured in the first, the fourth, the seventh round, and so on. */
  readonly everyRounds: number
}

/** How conversations are held and what is measured of them; `src/clients` has a `measure-…` for each. */
export type ChatWork = ThroughputWork | AgentsWork | StallWork | LeakWork | StepsWork

/** Conversations with the fake provider. */
export interface ChatScenario extends ScenarioBase {
  readonly kind: 'chat'
  readonly work: ChatWork
  readonly script: FakeScript
  readonly warmUpScript: FakeScript
}

/** Loading packages into a fresh process. */
export interface ImportScenario extends ScenarioBase {
  readonly kind: 'import'
  readonly packages: Readonly<Partial<Record<CandidateName, readonly string[]>>>
}

/** Many runs that write to one log, without agents. */
export interface AppendScenario extends ScenarioBase {
  readonly kind: 'append'
  readonly work: AppendWork
}

export type Scenario = ChatScenario | ImportScenario | AppendScenario

const EVERYBODY: readonly CandidateName[] = ['fetch-loop', 'ai-sdk', 'heddle']

/** Calls that the model makes at once in every step of a tool loop. */
const CALLS_PER_STEP = 4

/** Long enough for a candidate that reads on to have read everything. */
const STALL_MS = 2_500

/** What the scenarios depend on. */
export interface ScenarioOptions {
  /** The amount of work, 1 for the published figures; less makes a quick trial of the bench itself. */
  readonly scale: number
  /** Whether `@heddle/store` is there, so that runs on disk are measured too. */
  readonly hasStore: boolean
}

/** What is measured. */
export function scenarios({ scale, hasStore }: ScenarioOptions): readonly Scenario[] {
  const durable: readonly CandidateName[] = hasStore ? ['heddle-sqlite'] : []
  return [
    { ...streamScenario(scaled(20_000, scale)), candidates: [...EVERYBODY, ...durable] },
    toolLoopScenario('tool-loop-50', scaled(50, scale)),
    toolLoopScenario('tool-loop-400', scaled(400, scale)),
    { ...loneStepsScenario(scaled(400, scale)), candidates: [...EVERYBODY, ...durable] },
    agentsScenario(scaled(1_000, scale)),
    slowSinkScenario(scaled(150_000, scale), Math.max(50, STALL_MS * scale)),
    leakScenario(scaled(200, scale)),
    ...(hasStore ? [durableLogScenario(scaled(1_000, scale))] : []),
    ...importScenarios,
  ]
}

const importScenarios: readonly ImportScenario[] = [
  {
    name: 'import',
    kind: 'import',
    candidates: EVERYBODY,
    everyRounds: 1,
    packages: {
      'fetch-loop': ['eventsource-parser'],
      'ai-sdk': ['ai', '@ai-sdk/openai-compatible'],
      heddle: ['@heddle/core', '@heddle/providers/compatible'],
    },
  },
  {
    name: 'import-core',
    kind: 'import',
    candidates: ['fetch-loop', 'heddle'],
    everyRounds: 1,
    packages: { 'fetch-loop': ['eventsource-parser'], heddle: ['@heddle/core'] },
  },
]

/** One answer in many deltas, all of them sent at once. */
function streamScenario(deltas: number): ChatScenario {
  return {
    name: 'stream',
    kind: 'chat',
    candidates: EVERYBODY,
    everyRounds: 1,
    work: { kind: 'throughput', metric: 'cpuUsPerDelta', units: deltas },
    script: { turns: [{ text: words(deltas) }] },
    warmUpScript: { turns: [{ text: words(Math.min(1_000, deltas)) }] },
  }
}

/** Steps of parallel calls, then an answer; every request carries the whole history. */
function toolLoopScenario(name: string, steps: number): ChatScenario {
  return {
    name,
    kind: 'chat',
    candidates: EVERYBODY,
    everyRounds: 1,
    work: { kind: 'throughput', metric: 'cpuUsPerStep', units: steps },
    script: { turns: [...toolTurns(steps, CALLS_PER_STEP), DONE] },
    warmUpScript: { turns: [...toolTurns(Math.min(10, steps), CALLS_PER_STEP), DONE] },
  }
}

/** Steps of one call, one after the other in an idle process. */
function loneStepsScenario(steps: number): ChatScenario {
  return {
    name: 'lone-steps',
    kind: 'chat',
    candidates: EVERYBODY,
    everyRounds: 1,
    work: { kind: 'steps' },
    script: { turns: [...toolTurns(steps, 1), DONE] },
    warmUpScript: { turns: [...toolTurns(Math.min(20, steps), 1), DONE] },
  }
}

/** Many agents at once, each with three steps and an answer. */
function agentsScenario(agents: number): ChatScenario {
  const script: FakeScript = { turns: [...toolTurns(3, 1), { text: words(200) }] }
  return {
    name: 'agents-1000',
    kind: 'chat',
    candidates: EVERYBODY,
    everyRounds: 3,
    work: { kind: 'agents', agents },
    script,
    warmUpScript: script,
  }
}

/** A long answer for a consumer who stands still after a tenth of it: reading on would show, and so would hoarding. */
function slowSinkScenario(deltas: number, stallMs: number): ChatScenario {
  return {
    name: 'slow-sink',
    kind: 'chat',
    candidates: EVERYBODY,
    everyRounds: 3,
    work: { kind: 'stall', afterDeltas: Math.ceil(deltas / 10), stallMs },
    script: { turns: [{ text: words(deltas, deltas) }] },
    warmUpScript: { turns: [{ text: words(Math.min(1_000, deltas)) }] },
  }
}

/** Short runs with a tool call, one after the other. */
function leakScenario(runsPerBatch: number): ChatScenario {
  const script: FakeScript = { turns: [...toolTurns(1, 1), { text: words(20) }] }
  return {
    name: 'leak',
    kind: 'chat',
    candidates: EVERYBODY,
    everyRounds: 3,
    work: { kind: 'leak', runsPerBatch },
    script,
    warmUpScript: script,
  }
}

/** Many runs that write to one log at the same time. */
function durableLogScenario(runs: number): AppendScenario {
  return {
    name: 'durable-log',
    kind: 'append',
    candidates: ['heddle-sqlite'],
    everyRounds: 1,
    work: { runs, appendsPerRun: 20 },
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

/**
 * Text in pieces.
 *
 * @param distinct - Every so many it begins again. Equal ones share their memory.
 */
function words(count: number, distinct = 1_000): string[] {
  return Array.from({ length: count }, (_, index) => ` word${index % distinct}`)
}

function scaled(amount: number, scale: number): number {
  return Math.max(1, Math.round(amount * scale))
}

/** The scripts that the fake provider needs, by model name. */
export function scriptsFor(chosen: readonly Scenario[]): FakeScripts {
  const chats = chosen.filter((scenario) => scenario.kind === 'chat')
  return Object.fromEntries(
    chats.flatMap(({ name, script, warmUpScript }) => [
      [name, script],
      [warmUpName(name), warmUpScript],
    ]),
  )
}

/** What a client process is told to do for a scenario. */
export function jobFor({ name, work, script, warmUpScript }: ChatScenario, baseUrl: string): Job<ChatWork> {
  const taskFor = (model: string, { turns }: FakeScript): Task => ({
    baseUrl,
    model,
    prompt: 'Do what the script says.',
    hasTool: turns.length > 1,
    turns: turns.length,
  })
  return { warmUp: taskFor(warmUpName(name), warmUpScript), task: taskFor(name, script), work }
}

function warmUpName(name: string): string {
  return `${name}-warm-up`
}

/** What a consumer who missed nothing has seen of one task. */
export function expectedTally({ script }: ChatScenario): Tally {
  const deltas = script.turns.flatMap((turn) => turn.text ?? [])
  return {
    deltas: deltas.length,
    text: deltas.join(''),
    turns: script.turns.length,
    toolCalls: script.turns.reduce((sum, turn) => sum + (turn.toolCalls?.length ?? 0), 0),
  }
}
