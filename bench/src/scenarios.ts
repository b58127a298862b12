import type { FakeScript, FakeScripts, FakeTurn } from '@heddle/testkit/fake-provider'
import type { Tally, Task } from './clients/candidate.ts'

export type CandidateName = 'fetch-loop' | 'ai-sdk' | 'heddle'

/** What everybody is compared with. */
export const BASELINE: CandidateName = 'fetch-loop'

export type Metric = 'cpuUsPerDelta' | 'cpuUsPerStep' | 'cpuMs' | 'peakRssMb'

interface ScenarioBase {
  readonly name: string
  /** What the CPU time is divided by, and into. */
  readonly metric: Metric
  readonly candidates: readonly CandidateName[]
}

/** A conversation with the fake provider. */
export interface ChatScenario extends ScenarioBase {
  readonly kind: 'chat'
  /** Deltas or steps: the CPU time of the work is divided by it. */
  readonly units: number
  readonly script: FakeScript
  readonly warmUpScript: FakeScript
}

/** Loading packages into a fresh process. */
export interface ImportScenario extends ScenarioBase {
  readonly kind: 'import'
  readonly packages: Readonly<Partial<Record<CandidateName, readonly string[]>>>
}

export type Scenario = ChatScenario | ImportScenario

const EVERYBODY: readonly CandidateName[] = ['fetch-loop', 'ai-sdk', 'heddle']

/** Calls that the model makes at once in every step of a tool loop. */
const CALLS_PER_STEP = 4

/**
 * What is measured.
 *
 * @param scale - The amount of work, 1 for the published figures; less makes a quick trial of the bench itself.
 */
export function scenarios(scale: number): readonly Scenario[] {
  return [
    streamScenario(scaled(20_000, scale)),
    toolLoopScenario('tool-loop-50', scaled(50, scale)),
    toolLoopScenario('tool-loop-400', scaled(400, scale)),
    {
      name: 'import',
      kind: 'import',
      metric: 'cpuMs',
      candidates: EVERYBODY,
      packages: {
        'fetch-loop': ['eventsource-parser'],
        'ai-sdk': ['ai', '@ai-sdk/openai-compatible'],
        heddle: ['@heddle/core', '@heddle/providers/compatible'],
      },
    },
    {
      name: 'import-core',
      kind: 'import',
      metric: 'cpuMs',
      candidates: ['fetch-loop', 'heddle'],
      packages: { 'fetch-loop': ['eventsource-parser'], heddle: ['@heddle/core'] },
    },
  ]
}

/** One answer in many deltas, all of them sent at once. */
function streamScenario(deltas: number): ChatScenario {
  return {
    name: 'stream',
    kind: 'chat',
    metric: 'cpuUsPerDelta',
    candidates: EVERYBODY,
    units: deltas,
    script: { turns: [{ text: words(deltas) }] },
    warmUpScript: { turns: [{ text: words(Math.min(1_000, deltas)) }] },
  }
}

/** Steps of parallel calls, then an answer; every request carries the whole history. */
function toolLoopScenario(name: string, steps: number): ChatScenario {
  return {
    name,
    kind: 'chat',
    metric: 'cpuUsPerStep',
    candidates: EVERYBODY,
    units: steps,
    script: { turns: toolTurns(steps) },
    warmUpScript: { turns: toolTurns(Math.min(10, steps)) },
  }
}

function toolTurns(steps: number): FakeTurn[] {
  const turns: FakeTurn[] = Array.from({ length: steps }, (_, step) => ({
    toolCalls: Array.from({ length: CALLS_PER_STEP }, (_, call) => ({
      name: 'noop',
      arguments: { id: step * CALLS_PER_STEP + call },
    })),
  }))
  return [...turns, { text: ['All', ' done.'] }]
}

function words(count: number): string[] {
  return Array.from({ length: count }, (_, index) => ` word${index % 1_000}`)
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

/** The work of a scenario, and what comes before it unmeasured. */
export function tasksFor(scenario: ChatScenario, baseUrl: string): { warmUp: Task; task: Task } {
  const taskFor = (model: string, { turns }: FakeScript): Task => ({
    baseUrl,
    model,
    prompt: 'Do what the script says.',
    hasTool: turns.length > 1,
    turns: turns.length,
  })
  return {
    warmUp: taskFor(warmUpName(scenario.name), scenario.warmUpScript),
    task: taskFor(scenario.name, scenario.script),
  }
}

function warmUpName(name: string): string {
  return `${name}-warm-up`
}

/** What a consumer who missed nothing has seen. */
export function expectedTally({ script }: ChatScenario): Tally {
  const deltas = script.turns.flatMap((turn) => turn.text ?? [])
  return {
    deltas: deltas.length,
    text: deltas.join(''),
    turns: script.turns.length,
    toolCalls: script.turns.reduce((sum, turn) => sum + (turn.toolCalls?.length ?? 0), 0),
  }
}
