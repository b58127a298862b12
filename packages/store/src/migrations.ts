import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { StoreTables } from './tables.ts'

/**
 * How the tables came to be, by name in alphabetical order. What was released is never edited: a change is
 * another entry.
 */
export const storeMigrations: Readonly<Record<string, Migration>> = {
  '0001_runs_sessions_usage': { up: createTables },
}

async function createTables(db: Kysely<StoreTables>): Promise<void> {
  await createRunTables(db)
  await createSessionTables(db)
  await db.schema
    .createTable('usage_entry')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('root_run_id', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('turn', 'bigint', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('input_tokens', 'bigint', (column) => column.notNull())
    .addColumn('output_tokens', 'bigint', (column) => column.notNull())
    .addColumn('cache_read_tokens', 'bigint', (column) => column.notNull())
    .addColumn('cache_write_tokens', 'bigint', (column) => column.notNull())
    .addColumn('reasoning_tokens', 'bigint', (column) => column.notNull())
    .addColumn('cost_micro_usd', 'bigint')
    .addPrimaryKeyConstraint('usage_entry_key', ['run_id', 'seq'])
    .execute()
  await db.schema.createIndex('usage_entry_at').on('usage_entry').column('at_ms').execute()
  await db.schema.createIndex('usage_entry_root').on('usage_entry').column('root_run_id').execute()
}

async function createRunTables(db: Kysely<StoreTables>): Promise<void> {
  await db.schema
    .createTable('run_event')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('at_ms', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('prev_hash', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_event_key', ['run_id', 'seq'])
    .execute()
  await db.schema
    .createTable('run_lease')
    .addColumn('run_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('owner', 'text')
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('lapses_at_ms', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('run_letter')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('letter_id', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_letter_key', ['run_id', 'position'])
    .addUniqueConstraint('run_letter_id', ['run_id', 'letter_id'])
    .execute()
  await db.schema
    .createTable('run_approval')
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('approval_id', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('request', 'text', (column) => column.notNull())
    .addColumn('requested_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('expires_at_ms', 'bigint')
    .addColumn('settled_at_ms', 'bigint')
    .addPrimaryKeyConstraint('run_approval_key', ['run_id', 'approval_id'])
    .execute()
  // Few are open at any time, however many were ever asked.
  await db.schema
    .createIndex('run_approval_open')
    .on('run_approval')
    .column('requested_at_ms')
    .where(sql.ref('settled_at_ms'), 'is', null)
    .execute()
}

async function createSessionTables(db: Kysely<StoreTables>): Promise<void> {
  await db.schema
    .createTable('session')
    .addColumn('session_id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('title_folded', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('parent_id', 'text')
    .addColumn('parent_seq', 'bigint')
    .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
    .addColumn('archived_at_ms', 'bigint')
    .execute()
  await db.schema.createIndex('session_updated').on('session').column('updated_at_ms').execute()
  await db.schema
    .createTable('session_run')
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('run_id', 'text', (column) => column.notNull())
    .addColumn('message_count', 'bigint')
    .addPrimaryKeyConstraint('session_run_key', ['session_id', 'position'])
    .addUniqueConstraint('session_run_id', ['run_id', 'session_id'])
    .execute()
}
