import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '@heddle/store'
import type { Store } from '@heddle/store'

/** An SQLite store in a folder of its own, which goes when the process ends. */
export async function openTemporaryStore(): Promise<Store & { readonly folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bench-store-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return { ...(await openStore(join(folder, 'bench.db'))), folder }
}
