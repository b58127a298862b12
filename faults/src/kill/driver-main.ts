import { writeSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { actionHash, isDurable } from '@heddle/core'
import type { Run, RunEvent, RunLog, RunResult } from '@heddle/core'
import { openStore } from '@heddle/store'
import type { DriverOrder, DriverWord } from './driver-order.ts'
import { sabotagedLog } from './sabotages.ts'
import { commitPoints, stopper, stoppingLog } from './stopper.ts'
import type { Stopper } from './stopper.ts'
import { weaver } from './weaver.ts'
import { APPROVAL_STEP, PROMPT } from './woven-plan.ts'

// A process that drives one run until it ends, has to wait for people, or is killed.

/** The one before was killed and gave nothing back, so this is how long its successor waits. */
const LEASE_TTL_MS = 150
const BUSY_PAUSE_MS = 10

const order = JSON.parse(process.argv[2] ?? '{}') as DriverOrder
const store = await openStore(order.target)
const stop = stopper(order, say)
const hash = await actionHash('ship', { step: APPROVAL_STEP })
const log = announced(
  stoppingLog(sabotagedLog(store.log, order.sabotage, hash), stop, store.kind === 'postgres'),
)
say({ word: 'left', stop: (await drive(log, stop)).stop })
await store.close()
flushCompileCache()

async function drive(log: RunLog, stop: Stopper): Promise<RunResult> {
  const one = weaver(order, stop)
  const options = { leaseTtlMs: LEASE_TTL_MS }
  for (;;) {
    const run = (await isBegun(log))
      ? one.resume(log, order.runId, options)
      : one.run(PROMPT, { log, runId: order.runId, ...options })
    const result = await tellAll(run, stop)
    if (result.stop.reason !== 'failed' || result.stop.error.code !== 'log.busy') return result
    await sleep(BUSY_PAUSE_MS)
  }
}

/** Says when the right to write the run was got, and work begins. */
function announced(log: RunLog): RunLog {
  let isSaid = false
  return {
    ...log,
    async acquire(runId, owner, ttlMs) {
      const fence = await log.acquire(runId, owner, ttlMs)
      if (fence !== null && !isSaid) {
        say({ word: 'driving' })
        isSaid = true
      }
      return fence
    },
  }
}

async function isBegun(log: RunLog): Promise<boolean> {
  for await (const event of log.read(order.runId)) return event.seq > 0
  return false
}

async function tellAll(run: Run, stop: Stopper): Promise<RunResult> {
  for await (const event of run) {
    if (!isDurable(event) || isUnstored(event)) continue
    say({ word: 'told', body: JSON.stringify(event) })
    stop.at(commitPoints('told', [event]))
  }
  return run.result
}

/** The one event that is told but not stored: the log could not be written, and this says so. */
function isUnstored(event: RunEvent): boolean {
  return (
    event.type === 'run.ended' && event.stop.reason === 'failed' && event.stop.error.code.startsWith('log.')
  )
}

/** What was written lies in the pipe, whatever happens to this process afterwards. */
function say(word: DriverWord): void {
  writeSync(1, `${JSON.stringify(word)}\n`)
}
