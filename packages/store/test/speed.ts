/**
 * How fast events become durable: `node --conditions=@heddle/source packages/store/test/speed.ts [target]`.
 * Prints one line of JSON per figure; asserts nothing.
 */
import type { DurableEvent } from '@heddle/core'
import { openStore } from '@heddle/store'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'heddle-speed-'))
const { log, kind, close } = await openStore(process.argv[2] ?? join(folder, 'speed.db'))
/** Some 300 bytes, as a small tool result has. */
const output = 'x'.repeat(200)

function event(seq: number): DurableEvent {
  const result = { type: 'tool-result', callId: 'call_1', name: 'read', status: 'ok', output } as const
  return {
    type: 'tool.ended',
    turn: 1,
    callId: 'call_1',
    result,
    durationMs: 1,
    seq,
    atMs: 1_767_225_600_000,
  }
}

async function drive(runId: string, appends: number, batch: number): Promise<void> {
  const fence = (await log.acquire(runId, 'speed', 60_000)) ?? 0
  for (let at = 0; at < appends; at++) {
    await log.append(
      runId,
      Array.from({ length: batch }, (_, offset) => event(at * batch + offset + 1)),
      fence,
    )
  }
}

async function alone(appends: number): Promise<void> {
  const fence = (await log.acquire('alone', 'speed', 60_000)) ?? 0
  const tookMs: number[] = []
  for (let seq = 1; seq <= appends; seq++) {
    const startMs = performance.now()
    await log.append('alone', [event(seq)], fence)
    tookMs.push(performance.now() - startMs)
  }
  tookMs.sort((a, b) => a - b)
  const at = (share: number): number => Number(tookMs[Math.floor(appends * share)]?.toFixed(3))
  console.log(JSON.stringify({ kind, what: 'alone', p50Ms: at(0.5), p99Ms: at(0.99) }))
}

async function together(runs: number, appends: number, batch: number): Promise<void> {
  const startMs = performance.now()
  const cpu = process.cpuUsage()
  await Promise.all(Array.from({ length: runs }, (_, at) => drive(`${runs}-${batch}-${at}`, appends, batch)))
  const seconds = (performance.now() - startMs) / 1_000
  const events = runs * appends * batch
  const { user, system } = process.cpuUsage(cpu)
  console.log(
    JSON.stringify({
      kind,
      what: `${runs} runs, ${batch} events an append`,
      eventsPerSecond: Math.round(events / seconds),
      cpuMicrosPerEvent: Math.round((user + system) / events),
    }),
  )
}

await alone(2_000)
await together(100, 40, 1)
await together(1_000, 20, 1)
await together(1_000, 10, 3)
await close()
rmSync(folder, { recursive: true })
