import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bashTool } from '@heddle/tools'
import type { FaultRow } from '../fault-row.ts'
import { must } from '../fault-row.ts'
import type { FaultWorld } from '../fault-world.ts'
import { mustBeDone } from './rate-limits.ts'

/** Commands that do not end as commands should: the call returns, and nothing is left. */
export const processes: readonly FaultRow[] = [
  {
    row: 'F19',
    name: 'a grandchild keeps the pipe',
    run: (world) => endsSoon(world, ({ nap }) => ({ command: `${nap} & echo woven` }), /woven/),
  },
  {
    row: 'F20',
    name: 'background jobs, nohup, disown',
    run: (world) =>
      endsSoon(
        world,
        ({ nap }) => ({
          command: `nohup ${nap} >/dev/null 2>&1 & ${nap} & disown -a; (${nap} &) ; echo woven`,
        }),
        /woven/,
      ),
  },
  {
    row: 'F20',
    name: 'a daemon in a session of its own',
    run: (world) =>
      endsSoon(
        world,
        ({ nap }) => ({ command: `setsid ${nap} >/dev/null 2>&1 < /dev/null & sleep 0.2; echo woven` }),
        /woven/,
      ),
  },
  {
    row: 'F21',
    name: 'SIGTERM is ignored',
    run: (world) =>
      endsSoon(
        world,
        ({ nap }) => ({ command: `trap '' TERM INT HUP; echo woven; ${nap}; ${nap}`, timeout_ms: 300 }),
        /woven[^]*timed out/,
      ),
  },
  {
    row: 'F24',
    name: 'output without end',
    run: (world) => bounded(world, { command: 'yes woven', timeout_ms: 20_000 }, /killed after/),
  },
  {
    row: 'F24',
    name: 'binary output',
    run: (world) => bounded(world, { command: 'head -c 3000000 /dev/urandom' }, /exit code 0/),
  },
]

interface Marks {
  /** A command that sleeps for minutes under a number that occurs nowhere else. */
  readonly nap: string
}

interface BashInput {
  readonly command: string
  readonly timeout_ms?: number
}

async function endsSoon(
  world: FaultWorld,
  command: (marks: Marks) => BashInput,
  output: RegExp,
): Promise<string> {
  const mark = `3${Math.floor(Math.random() * 1e9)}`
  const startedMs = performance.now()
  const said = await runBash(world, command({ nap: `sleep 300.${mark}` }))
  const tookMs = performance.now() - startedMs
  must(output.test(said), `the model reads ${JSON.stringify(said.slice(-200))}`)
  must(tookMs < 10_000, `came back after ${Math.round(tookMs)} ms`)
  const left = await processesWith(mark)
  for (const pid of left) process.kill(pid, 'SIGKILL')
  must(left.length === 0, `${left.length} process(es) left running`)
  return `back at once, no process left: ${said.split('\n').at(-1) ?? ''}`
}

async function bounded(world: FaultWorld, input: BashInput, output: RegExp): Promise<string> {
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 20)
  try {
    const said = await runBash(world, input)
    must(output.test(said), `the model reads ${JSON.stringify(said.slice(-200))}`)
    must(said.length < 100_000, `the model reads ${said.length} characters`)
    const grewMb = Math.round((peak - before) / 1_048_576)
    must(grewMb < 300, `memory grew by ${grewMb} MB`)
    return `${said.length} characters for the model, memory +${grewMb} MB: ${said.split('\n').at(-1) ?? ''}`
  } finally {
    clearInterval(watch)
  }
}

/** Lets an agent call bash once; gives what the model reads. */
async function runBash(world: FaultWorld, input: BashInput): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'heddle-faults-'))
  try {
    const call = { name: 'bash', arguments: { ...input } }
    const provider = await world.serveTurns({ toolCalls: [call] }, { text: 'Seen.' })
    const ran = await world.run({
      model: world.modelOf(provider),
      tools: [bashTool({ root })],
      inRealTime: true,
    })
    mustBeDone(ran, 'Seen.')
    const results = ran.result.messages.flatMap((message) => (message.role === 'tool' ? message.content : []))
    const output = results[0]?.output
    must(typeof output === 'string', `bash failed: ${results[0]?.error?.message ?? 'no result'}`)
    return output
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

/** Process ids whose command line has the mark; a moment is given to those that are just ending. */
async function processesWith(mark: string): Promise<number[]> {
  for (let attempt = 0; ; attempt++) {
    const found: number[] = []
    for (const entry of await readdir('/proc')) {
      if (!/^\d+$/.test(entry)) continue
      const line = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
      if (line.includes(mark)) found.push(Number(entry))
    }
    if (found.length === 0 || attempt === 20) return found
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
