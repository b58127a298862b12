import type { FaultRow } from './fault-row.ts'
import { aborts } from './rows/aborts.ts'
import { brokenStreams } from './rows/broken-streams.ts'
import { hangs } from './rows/hangs.ts'
import { outages } from './rows/outages.ts'
import { processes } from './rows/processes.ts'
import { rateLimits } from './rows/rate-limits.ts'
import { refusals } from './rows/refusals.ts'
import { strangeBytes } from './rows/strange-bytes.ts'
import { strangeCalls } from './rows/strange-calls.ts'
import { tools } from './rows/tools.ts'

/** All rows, in the order of the fault matrix. */
export const rows: readonly FaultRow[] = [
  ...rateLimits,
  ...refusals,
  ...outages,
  ...brokenStreams,
  ...strangeBytes,
  ...strangeCalls,
  ...hangs,
  ...tools,
  ...processes,
  ...aborts,
].sort((a, b) => Number(a.row.slice(1)) - Number(b.row.slice(1)))
