import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDurable } from '@heddle/core'
import type { LanguageModel, RunLog, RunResult } from '@heddle/core'
import { models } from '@heddle/providers'
import { openStore } from '@heddle/store'
import { inOneSentence } from './in-one-sentence.ts'
import { clerk, fileLedger } from './mill.ts'
import { eventLine } from './order-text.ts'
import { scriptedClerk } from './scripted-clerk.ts'

// The process that drives the run, and that is killed while it does: `node driver.ts RUN-ID begin|resume`.

const PROMPT = 'I am Ana. Weave me a blue scarf, please; it may cost 42 euros.'
/** How long a run belongs to a driver that was killed. Longer is safer on machines that stand still at times. */
const LEASE_TTL_MS = 1_000

const [runId = 'order-1', how = 'begin'] = process.argv.slice(2)
process.exitCode = await inOneSentence(async () => {
  const store = await openStore(undefined, { env: process.env })
  try {
    return tell(await drive(store.log))
  } finally {
    await store.close()
  }
})

function tell({ stop, text }: RunResult): number {
  if (stop.reason === 'done') process.stdout.write(`\n${text}\n`)
  else if (stop.reason === 'failed') process.stderr.write(`\n${stop.error.message}\n`)
  else if (stop.reason !== 'approval') process.stdout.write(`\nIt ended: ${stop.reason}.\n`)
  return stop.reason === 'failed' ? 1 : 0
}

async function drive(log: RunLog): Promise<RunResult> {
  const one = clerk(model(), fileLedger(join('.heddle', `${runId}.ledger`)))
  const options = { log, leaseTtlMs: LEASE_TTL_MS }
  for (let tries = 1; ; tries++) {
    const run = how === 'begin' ? one.run(PROMPT, { ...options, runId }) : one.resume(log, runId, options)
    for await (const event of run) {
      const line = isDurable(event) ? eventLine(event) : null
      if (line !== null) process.stdout.write(`  ${line}\n`)
    }
    const result = await run.result
    const isBusy = result.stop.reason === 'failed' && result.stop.error.code === 'log.busy'
    if (!isBusy || tries > 10) return result
    // The right of the driver that was killed has not lapsed yet.
    await sleep(LEASE_TTL_MS / 5)
  }
}

function model(): LanguageModel {
  const name = process.env['HEDDLE_MODEL']
  return name ? models(name) : scriptedClerk()
}
