import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import type { StoreKind } from './database.ts'
import type { Statement } from './group-commit.ts'
import { isDuplicate } from './storage-failure.ts'
import type { StoreTables } from './tables.ts'

/** The channel on which PostgreSQL tells which run has a new letter. */
export const LETTER_CHANNEL = 'heddle_letter'

export interface NewLetter {
  readonly runId: string
  readonly letterId: string
  /** JSON text. */
  readonly body: string
}

/** Each try that fails means that another letter got the position, so this bounds letters at the same moment. */
const MAX_TRIES = 1_000

/** @returns The letter's position, or `null` when one of its id is there already. */
export function postLetter(kind: StoreKind, letter: NewLetter): Statement<number | null> {
  const insert = kind === 'sqlite' ? insertLetter : insertAndNotify
  return async (db, mayBeStored) => {
    for (let count = 1; ; count++) {
      try {
        const position = await insert(db, letter)
        // The first attempt may have stored it, although its answer was lost.
        return position ?? (mayBeStored ? await positionOf(db, letter) : null)
      } catch (thrown) {
        // Two processes took the same next position.
        if (!isDuplicate(thrown) || count === MAX_TRIES) throw thrown
      }
    }
  }
}

async function insertLetter(db: Kysely<StoreTables>, letter: NewLetter): Promise<number | null> {
  const { rows } = await insertion(letter).execute(db)
  return rows[0]?.position ?? null
}

async function insertAndNotify(db: Kysely<StoreTables>, letter: NewLetter): Promise<number | null> {
  const { rows } = await sql<{ position: number }>`
    with posted as (${insertion(letter)})
    select position, pg_notify(${LETTER_CHANNEL}, ${letter.runId}) from posted`.execute(db)
  return rows[0]?.position ?? null
}

function insertion({ runId, letterId, body }: NewLetter) {
  return sql<{ position: number }>`
    insert into run_letter (run_id, position, letter_id, body)
    select cast(${runId} as text), coalesce(max(position), 0) + 1, cast(${letterId} as text), cast(${body} as text)
    from run_letter where run_id = ${runId}
    on conflict (run_id, letter_id) do nothing
    returning position`
}

async function positionOf(
  db: Kysely<StoreTables>,
  { runId, letterId, body }: NewLetter,
): Promise<number | null> {
  const row = await db
    .selectFrom('run_letter')
    .select('position')
    .where('run_id', '=', runId)
    .where('letter_id', '=', letterId)
    .where('body', '=', body)
    .executeTakeFirst()
  return row?.position ?? null
}
