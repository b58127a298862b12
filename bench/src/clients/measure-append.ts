import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { DurableEvent, RunLog } from '@heddle/core'
import type { Figures } from '../metrics.ts'
import { median } from '../statistics.ts'
import { openTemporaryStore } from './temporary-store.ts'

/** What an appending process is asked to do. */
export interface AppendWork {
  /** That write at the same time. */
  readonly runs: number
  /** Each of one event, and each waited for. */
  readonly appendsPerRun: number
}

/** One page of a database. */
const PAGE_BYTES = 4096
const SYNCS = 100

/** Appends events of many runs to a log on disk, and prints the figures as one line of JSON. */
export async function measureAppend(): Promise<void> {
  const { runs, appendsPerRun } = JSON.parse(process.argv[1] ?? '') as AppendWork
  const { log, folder } = await openTemporaryStore()
  await appendAll(log, { runs: Math.min(10, runs), appendsPerRun, name: 'warm-up' })

  const startMs = performance.now()
  await appendAll(log, { runs, appendsPerRun, name: 'run' })
  const seconds = (performance.now() - startMs) / 1_000

  await assertStored(log, runs, appendsPerRun)
  const figures: Figures = {
    eventsPerSecond: (runs * appendsPerRun) / seconds,
    syncMs: medianSyncMs(join(folder, 'bare-file')),
  }
  process.stdout.write(`${JSON.stringify(figures)}\n`)
}

async function appendAll(
  log: RunLog,
  { runs, appendsPerRun, name }: AppendWork & { readonly name: string },
): Promise<void> {
  const drive = async (runId: string): Promise<void> => {
    const fence = await log.acquire(runId, 'bench', 60_000)
    if (fence === null) throw new Error(`Nobody else writes ${runId}, but its lease was refused.`)
    for (let seq = 1; seq <= appendsPerRun; seq++) await log.append(runId, [toolEnded(seq)], fence)
  }
  await Promise.all(Array.from({ length: runs }, (_, run) => drive(`${name}-${run}`)))
}

/** About 300 bytes of JSON, as a short tool result has. */
function toolEnded(seq: number): DurableEvent {
  const output = 'x'.repeat(200)
  const result = { type: 'tool-result', callId: 'call_1', name: 'read', status: 'ok', output } as const
  return { type: 'tool.ended', seq, atMs: 0, turn: 1, callId: 'call_1', result, durationMs: 1 }
}

/** A figure counts only when the work was done. */
async function assertStored(log: RunLog, runs: number, appendsPerRun: number): Promise<void> {
  for (let run = 0; run < runs; run++) {
    const stored = await Array.fromAsync(log.read(`run-${run}`))
    if (stored.length !== appendsPerRun)
      throw new Error(`Run ${run} has ${stored.length} events on disk instead of ${appendsPerRun}.`)
  }
}

/** What the disk itself takes to make one page durable: no log can be quicker for a run that is alone. */
function medianSyncMs(path: string): number {
  const file = openSync(path, 'w')
  const page = Buffer.alloc(PAGE_BYTES, 'x')
  const tookMs = Array.from({ length: SYNCS }, () => {
    const startMs = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    return performance.now() - startMs
  })
  closeSync(file)
  return median(tookMs)
}
