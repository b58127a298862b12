import type { Client } from 'pg'
import { LETTER_CHANNEL } from './post-letter.ts'

/** A connection that hears of new letters while it is open, and is made anew when it breaks. */
export interface PostgresEar {
  open(): void
  close(): void
  /** Returns when nothing of it is left. */
  closed(): Promise<void>
}

/** The types of `pg` leave out that a connection can be told not to keep the process alive. */
export type EarClient = Client & { unref(): void }

const RECONNECT_MS = 1_000

/** @param hear - Told the run of each letter; a run may be told twice, or never while there is no connection. */
export function postgresEar(connect: () => EarClient, hear: (runId: string) => void): PostgresEar {
  let client: EarClient | null = null
  let timer: NodeJS.Timeout | null = null
  let ending: Promise<void> = Promise.resolve()

  const open = (): void => {
    const opened = connect()
    client = opened
    opened.on('error', () => lose(opened))
    opened.on('end', () => lose(opened))
    opened.on('notification', ({ payload }) => hear(payload ?? ''))
    opened
      .connect()
      .then(() => {
        opened.unref()
        return opened.query(`listen ${LETTER_CHANNEL}`)
      })
      .catch(() => lose(opened))
  }
  const end = (ended: EarClient): void => {
    const before = ending
    ending = ended.end().then(
      () => before,
      () => before,
    )
  }
  const lose = (lost: EarClient): void => {
    if (client !== lost) return
    client = null
    end(lost)
    timer = setTimeout(open, RECONNECT_MS).unref()
  }
  const close = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    if (client) end(client)
    client = null
  }
  return { open, close, closed: () => ending }
}
