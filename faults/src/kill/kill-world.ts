import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@heddle/store'
import type { Store, StoreKind } from '@heddle/store'
import { postgresPrograms, startPostgres } from '@heddle/testkit/postgres'
import type { SabotageName } from './sabotages.ts'

/** A database, and the processes that are killed while they use it. */
export interface KillWorld {
  readonly kind: StoreKind
  /** What drivers open. */
  readonly target: string
  /** Through which letters are posted and logs are read. */
  readonly store: Store
  readonly sabotage: SabotageName | null
  /** Where drivers keep their compiled sources, so that starting one is cheap. */
  readonly cacheFolder: string
  newRunId(): string
  ledgerFileOf(runId: string): string
  close(): Promise<void>
}

/**
 * Why there can be no world of this kind on this machine; `null` when there can.
 *
 * @param installed - See {@link postgresPrograms}.
 */
export function whyNot(kind: StoreKind, installed?: string): string | null {
  return kind === 'postgres' && postgresPrograms(installed) === null ? 'no PostgreSQL' : null
}

/** A world with a database of its own, which is gone after `close`. */
export async function killWorld(kind: StoreKind, sabotage: SabotageName | null = null): Promise<KillWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-faults-'))
  const programs = kind === 'postgres' ? postgresPrograms() : null
  const server = programs === null ? null : await startPostgres(programs)
  const target = server?.newDatabase() ?? join(folder, 'heddle.db')
  const store = await openStore(target)
  let runs = 0
  return {
    kind,
    target,
    store,
    sabotage,
    cacheFolder: join(folder, 'cache'),
    newRunId: () => `run_${++runs}`,
    ledgerFileOf: (runId) => join(folder, `${runId}.ledger`),
    async close() {
      await store.close()
      await server?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
