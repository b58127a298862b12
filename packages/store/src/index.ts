export { openStore } from './open-store.ts'
export type { OpenStoreOptions } from './open-store.ts'
export type { Store } from './store.ts'
export type { StoreKind } from './database.ts'
export type { StoreTables } from './tables.ts'
export type { Approvals, PendingApproval } from './approvals.ts'
export type {
  NewSession,
  SessionMessage,
  SessionParent,
  SessionQuery,
  SessionRecord,
  Sessions,
} from './sessions.ts'
export { usageSink } from './usage-sink.ts'
export type { UsageEntry, UsageLedger, UsageQuery, UsageTotal } from './usage-ledger.ts'
