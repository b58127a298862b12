import type { Kysely } from 'kysely'
import type { LetterBell } from './letter-bell.ts'
import type { StoreTables } from './tables.ts'

export type StoreKind = 'sqlite' | 'postgres'

/** An open database, as the parts of the store share it. */
export interface Database {
  readonly db: Kysely<StoreTables>
  readonly kind: StoreKind
  /** For people: the file, or `host:port/database`; never with a password. */
  readonly place: string
  /** Why nothing can be written; `null` when all is well. */
  readonly readOnlyBecause: string | null
  readonly bell: LetterBell
  close(): Promise<void>
}
