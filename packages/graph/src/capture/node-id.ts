import { createHash } from 'node:crypto'

/** 16 letters of 32 hold 80 bits, as many as core's own ids. */
const ID_LETTERS = 16
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/**
 * The id of what an event of a run became: the same whenever that event is read again, so that a second
 * reading writes nothing twice.
 *
 * @param role - What of the event it is, as one event may become several nodes.
 */
export function eventNodeId(runId: string, seq: number, role: string): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([runId, seq, role]))
    .digest()
  let letters = ''
  for (let at = 0; at < ID_LETTERS; at++) letters += ALPHABET.charAt((bytes[at] ?? 0) % ALPHABET.length)
  return `n_${letters}`
}
