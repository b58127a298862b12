import { isDurable } from '@heddle/core'
import type { RunRef, Sink } from '@heddle/core'
import { usageFold } from './usage-ledger.ts'
import type { UsageEntry, UsageLedger } from './usage-ledger.ts'

/**
 * Books every model call of a run, and of a run that is resumed also what was told while nobody listened.
 * The run waits until an entry is stored, once a turn.
 *
 * @example
 * agent({ model, log: store.log, sinks: [usageSink(store)] })
 */
export function usageSink({ usage }: { readonly usage: UsageLedger }): Sink {
  const folds = new WeakMap<RunRef, ReturnType<typeof usageFold>>()
  return {
    async write(events, run) {
      const fold = folds.get(run) ?? usageFold()
      folds.set(run, fold)
      const entries: UsageEntry[] = []
      for (const event of events) {
        if (!isDurable(event)) continue
        if (event.type === 'run.resumed') await usage.catchUp(run.runId)
        entries.push(...fold.take(run.runId, event))
      }
      if (entries.length > 0) await usage.record(entries.map((entry) => ({ ...entry, parent: run.parent })))
    },
  }
}
