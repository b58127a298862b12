import { openTemporaryStore } from './temporary-store.ts'
import { heddleWith } from './heddle.ts'
import type { Candidate } from './candidate.ts'

const { log } = await openTemporaryStore()

/** Heddle with its runs on disk: SQLite as `@heddle/store` opens it, one file for all runs of the process. */
export const heddleSqlite: Candidate = heddleWith({ log })
