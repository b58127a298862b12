import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ModelError, isAgentError, tool, userMessage } from '@heddle/core'
import type { LanguageModel, ModelEvent, Tool } from '@heddle/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { FaultRow } from '../src/fault-row.ts'
import type { Sabotage } from '../src/fault-world.ts'
import { rows } from '../src/rows.ts'
import { runRow } from '../src/run-row.ts'

const never = new AbortController().signal

/** Agents that are broken on purpose, and the rows that must notice. */
const sabotages: Record<string, { readonly sabotage: Sabotage; readonly loses: (row: FaultRow) => boolean }> =
  {
    'an agent that never retries': {
      sabotage: (definition) => ({ ...definition, retry: { attempts: 1 } }),
      loses: ({ row, name }) =>
        ['F1', 'F3', 'F4', 'F5', 'F6', 'F14', 'F15'].includes(row) ||
        (row === 'F16' && !name.includes('ten days')) ||
        name.startsWith('broken JSON'),
    },
    'an adapter that calls every failure passing': {
      sabotage: (definition) => ({ ...definition, model: withFailuresThatPass(definition.model) }),
      loses: ({ row, name }) => ['F2', 'F13'].includes(row) || name.includes('ten days'),
    },
    'an adapter that tells everything twice': {
      sabotage: (definition) => ({
        ...definition,
        model: withEvents(definition.model, (events) => events.flatMap(twice)),
      }),
      loses: ({ row, name }) =>
        ['F8', 'F9', 'F10', 'F11', 'F17', 'F18', 'F41'].includes(row) ||
        /^(BOM|a line of|the same call)/.test(name),
    },
    'an adapter that adds words': {
      sabotage: (definition) => ({
        ...definition,
        model: withEvents(definition.model, (events) => [
          { type: 'text.delta', part: 0, text: 'Well, ' },
          ...events,
        ]),
      }),
      loses: ({ name }) => name === 'an answer of nothing',
    },
    'a shell that forgets its children and reads everything': {
      sabotage: (definition) => ({ ...definition, tools: [carelessShell()] }),
      loses: ({ row }) => ['F19', 'F20', 'F21', 'F24'].includes(row),
    },
  }

function withEvents(
  model: LanguageModel,
  change: (events: readonly ModelEvent[]) => readonly ModelEvent[],
): LanguageModel {
  return {
    id: model.id,
    info: model.info,
    async *stream(request, signal) {
      for await (const batch of model.stream(request, signal)) yield change(batch)
    },
  }
}

function twice(event: ModelEvent): ModelEvent[] {
  return event.type === 'text.delta' || event.type === 'tool.input.delta' ? [event, event] : [event]
}

function withFailuresThatPass(model: LanguageModel): LanguageModel {
  return {
    id: model.id,
    info: model.info,
    async *stream(request, signal) {
      try {
        yield* model.stream(request, signal)
      } catch (thrown) {
        if (!isAgentError(thrown)) throw thrown
        throw new ModelError(thrown.code, thrown.message, { retryable: true })
      }
    },
  }
}

function carelessShell(): Tool {
  return tool({
    name: 'bash',
    description: 'Runs a command.',
    input: { type: 'object', properties: { command: { type: 'string' } } },
    async execute(input) {
      const { command } = input as { command: string }
      if (command.startsWith('yes') || command.startsWith('head')) {
        return `${'woven\n'.repeat(100_000)}[killed after 1 GB, exit code 0]`
      }
      const child = spawn('sh', ['-c', command], { stdio: 'ignore', detached: true })
      child.unref()
      await new Promise((resolve) => setTimeout(resolve, 400))
      return 'woven\n[timed out]'
    },
  })
}

describe('a row is lost', () => {
  test.each(Object.entries(sabotages))(
    'with %s',
    async (_, { sabotage, loses }) => {
      const outcomes = []
      for (const row of rows.filter(loses)) outcomes.push(await runRow(row, 'openai', sabotage))

      expect(outcomes.filter(({ outcome }) => outcome !== 'lost')).toEqual([])
      expect(outcomes.length).toBeGreaterThan(0)
      // Some rows wait for processes to go away.
    },
    60_000,
  )

  test('in one way at least, whichever row it is', () => {
    const safe = rows.filter((row) => !Object.values(sabotages).some(({ loses }) => loses(row)))

    expect(safe.map(({ row, name }) => `${row} ${name}`)).toEqual([])
  })

  test('when it hangs, or leaves a connection open', async () => {
    const about = { row: 'F0', name: 'planted' }
    const hanging: FaultRow = { ...about, timeoutMs: 50, run: () => new Promise(() => {}) }
    const leaking: FaultRow = {
      ...about,
      async run(world) {
        const provider = await world.serveTurns({
          text: 'a b',
          faults: [{ kind: 'silence', afterDeltas: 1 }],
        })
        const messages = [userMessage('hi')]
        const stream = world.modelOf(provider).stream({ instructions: '', messages, tools: [] }, never)
        await stream[Symbol.asyncIterator]().next()
        return 'left it open'
      },
    }
    const outcomes = [await runRow(hanging, 'openai'), await runRow(leaking, 'anthropic')]

    expect(outcomes.map(({ outcome, detail }) => [outcome, detail])).toEqual([
      ['lost', 'did not end within 0.05 s'],
      ['lost', '1 connection(s) left open'],
    ])
  })
})

describe('the command', () => {
  test('prints a line for every row and wire, writes them as JSON, and ends with the total', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'heddle-faults-test-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const json = join(folder, 'faults.json')

    const { code, stdout } = await faults('--only', 'F16', '--json', json)
    const outcomes = JSON.parse(await readFile(json, 'utf8')) as unknown[]

    expect(code).toBe(0)
    expect(stdout).toMatch(/^F16 retry-after in the past \(openai\) {2,}survived {2}waited /)
    expect(stdout).toMatch(/\n\nfaults survived: 8\/8\n$/)
    expect(outcomes).toHaveLength(8)
    expect(outcomes[0]).toEqual({
      row: 'F16',
      name: 'retry-after in the past',
      on: 'openai',
      outcome: 'survived',
      detail: expect.stringContaining('waited'),
    })
  })

  test('says in a sentence which rows there are when it is asked for another', async () => {
    const { code, stderr } = await faults('--only', 'F99')

    expect(code).toBe(2)
    expect(stderr).toMatch(/^faults: There is no row F99; there are F1, F2, /)
    expect(stderr).not.toMatch(/\n {4}at /)
  })
})

async function faults(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=@heddle/source', main, ...args])
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString('utf8')))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')))
  const [code] = (await once(child, 'close')) as [number]
  return { code, stdout, stderr }
}
