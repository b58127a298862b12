import type { RunLog } from '@heddle/core'
import type { Kysely } from 'kysely'
import type { Approvals } from './approvals.ts'
import type { StoreKind } from './database.ts'
import type { Sessions } from './sessions.ts'
import type { StoreTables } from './tables.ts'
import type { UsageLedger } from './usage-ledger.ts'

/** An open database and everything that is kept in it. */
export interface Store {
  readonly log: RunLog
  readonly sessions: Sessions
  readonly usage: UsageLedger
  readonly approvals: Approvals
  readonly kind: StoreKind
  /** For other packages that keep tables in the same database, and for queries of your own. */
  readonly db: Kysely<StoreTables>
  /** True when the file is damaged: what is left can be read, nothing can be written. */
  readonly isReadOnly: boolean
  /** One sentence on why it is read-only; `null` when all is well. */
  readonly notice: string | null
  /** Waits for what is being written, and lets go of the database. */
  close(): Promise<void>
}
