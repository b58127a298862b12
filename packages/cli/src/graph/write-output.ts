import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ConfigError, messageOf } from '@heddle/core'
import type { Page } from '../page.ts'

/** Where a document goes. */
export interface OutputPlace {
  readonly cwd?: string
  /** A file; absent: standard output. */
  readonly output?: string
}

/**
 * Writes a document to standard output, or into the place of a file, all at once: one that was there is whole
 * until the new one is.
 *
 * @throws ConfigError `config.invalid` when the file cannot be written.
 */
export async function writeOutput(
  page: Page,
  { cwd, output }: OutputPlace,
  pieces: Iterable<string> | AsyncIterable<string>,
): Promise<void> {
  if (output === undefined || output === '-') {
    for await (const piece of pieces) await page.write(piece)
    return
  }
  const file = resolve(cwd ?? '.', output)
  const temporary = `${file}.${randomUUID()}.tmp`
  try {
    await pipeline(Readable.from(pieces), createWriteStream(temporary, { flush: true }))
    await rename(temporary, file)
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {})
    if (!(thrown instanceof Error && 'syscall' in thrown)) throw thrown
    throw new ConfigError('config.invalid', `${file} cannot be written: ${messageOf(thrown)}.`, {
      cause: thrown,
    })
  }
}
