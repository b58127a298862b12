/**
 * Goes on with a few runs for ever, or for so many appends; each acknowledged event is told at once as a line
 * `run seq` on stdout. Arguments: target, prefix of the run ids, appends per run.
 */
import type { RunLog } from '@heddle/core'
import { openStore } from '@heddle/store'
import { writeSync } from 'node:fs'
import { event } from '../run-events.ts'

const [target = '', prefix = '', appends = 'Infinity'] = process.argv.slice(2)
const RUNS = 5

async function goOn(log: RunLog, runId: string): Promise<void> {
  // The one before was killed while it held the run; it held it for one millisecond.
  let fence: number | null = null
  while (fence === null) fence = await log.acquire(runId, `driver ${process.pid}`, 1)
  let seq = 0
  for await (const event of log.read(runId)) seq = event.seq
  for (let count = 0; count < Number(appends); count++) {
    const batch = Array.from({ length: 1 + (count % 3) }, () => event(++seq))
    await log.append(runId, batch, fence)
    writeSync(1, batch.map((event) => `${runId} ${event.seq}\n`).join(''))
  }
}

const store = await openStore(target)
await Promise.all(Array.from({ length: RUNS }, (_, at) => goOn(store.log, `${prefix}${at}`)))
await store.close()
