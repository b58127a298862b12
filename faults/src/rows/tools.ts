import { tool } from '@heddle/core'
import type { Tool, ToolContext, ToolResultPart } from '@heddle/core'
import type { FaultRow } from '../fault-row.ts'
import { must, mustEqual } from '../fault-row.ts'
import type { FaultWorld, Ran } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Tools that throw or hang: their failure is the model's to read, and nobody else's. */
export const tools: readonly FaultRow[] = [
  {
    row: 'F17',
    name: 'a tool throws at once',
    run: (world) =>
      failsWith(world, 'the loom is jammed', () => {
        throw new Error('the loom is jammed')
      }),
  },
  {
    row: 'F17',
    name: 'a tool throws later',
    run: (world) =>
      failsWith(world, 'the loom is jammed', async () => {
        await pause(5)
        throw new Error('the loom is jammed')
      }),
  },
  {
    row: 'F17',
    name: 'a tool throws no Error',
    run: (world) =>
      failsWith(world, 'jammed', () => {
        throw 'jammed'
      }),
  },
  {
    row: 'F17',
    name: 'a tool throws in its generator',
    run: (world) =>
      failsWith(world, 'the loom is jammed', async function* () {
        yield 'half'
        await pause(1)
        throw new Error('the loom is jammed')
      }),
  },
  { row: 'F17', name: 'a tool fails after its time', run: failsLate },
  {
    row: 'F17',
    name: 'a tool returns what is not JSON',
    run: (world) =>
      failsWith(world, '', () => {
        const loop: Record<string, unknown> = { big: 1n }
        loop['self'] = loop
        return loop
      }),
  },
  { row: 'F18', name: 'a tool hangs and ignores its signal', run: hangsForEver },
  { row: 'F18', name: 'a tool answers after its time', run: answersLate },
]

function jam(execute: (input: unknown, context: ToolContext) => unknown, timeoutMs = 5_000): Tool {
  return tool({ name: 'jam', description: 'Fails.', input: { type: 'object' }, execute, timeoutMs })
}

async function runWith(world: FaultWorld, failing: Tool): Promise<Ran> {
  const provider = await world.serveTurns(
    { toolCalls: [{ name: 'jam', arguments: {} }] },
    { text: 'I saw it fail.' },
  )
  const ran = await world.run({ model: world.modelOf(provider), tools: [failing], inRealTime: true })
  mustBeDone(ran, 'I saw it fail.')
  must(
    JSON.stringify(provider.requests[1]?.body).includes('Error ('),
    'the model was not told of the failure',
  )
  return ran
}

function onlyResult({ result }: Ran): ToolResultPart {
  const results = result.messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
  const [only] = results
  must(only !== undefined && results.length === 1, `${results.length} results for one call`)
  return only
}

async function failsWith(world: FaultWorld, words: string, execute: () => unknown): Promise<string> {
  const { status, error } = onlyResult(await runWith(world, jam(execute)))
  mustEqual([status, error?.code], ['error', 'tool.failed'], 'the result')
  must(error !== undefined && error.message.includes(words), `the model reads "${error?.message}"`)
  return `the model reads "${error.message.split('\n')[0]}"`
}

async function failsLate(world: FaultWorld): Promise<string> {
  const ran = await runWith(
    world,
    jam(() => pause(60).then(() => Promise.reject(new Error('too late'))), 30),
  )
  await pause(80)
  mustEqual(onlyResult(ran).status, 'timeout', 'the result')
  return 'timed out; the late failure disturbed nobody'
}

async function hangsForEver(world: FaultWorld): Promise<string> {
  const startedMs = performance.now()
  const ran = await runWith(
    world,
    jam(() => new Promise(() => {}), 100),
  )
  const tookMs = performance.now() - startedMs
  const { status, error } = onlyResult(ran)
  mustEqual([status, error?.code], ['timeout', 'tool.timeout'], 'the result')
  must(tookMs < 3_000, `took ${Math.round(tookMs)} ms`)
  return `given up after its 100 ms: "${error?.message}"`
}

async function answersLate(world: FaultWorld): Promise<string> {
  let wasToldToStop = false
  const late = jam(async (_, { signal }) => {
    signal.addEventListener('abort', () => (wasToldToStop = true))
    await pause(90)
    return 'a late result'
  }, 30)
  const ran = await runWith(world, late)
  const before = JSON.stringify([ran.events, ran.result])
  await pause(120)
  mustEqual(JSON.stringify([ran.events, ran.result]) === before, true, 'the run is unchanged')
  must(!before.includes('a late result'), 'the late result got into the run')
  must(wasToldToStop, 'the tool was not told to stop')
  return 'timed out; the late result was dropped'
}
