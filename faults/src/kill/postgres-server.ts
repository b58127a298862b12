import { execFile } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Where Debian and its descendants keep the server's programs, a folder for each version. */
const INSTALLED = '/usr/lib/postgresql'

/**
 * Folder of PostgreSQL's server programs; `null` where they are not installed.
 *
 * @param installed - Where to look.
 */
export function postgresPrograms(installed: string = INSTALLED): string | null {
  if (!existsSync(installed)) return null
  const newest = readdirSync(installed).sort((a, b) => Number(b) - Number(a))[0]
  const folder = newest === undefined ? null : join(installed, newest, 'bin')
  return folder !== null && existsSync(join(folder, 'initdb')) ? folder : null
}

/** A real server in a folder of its own. */
export interface PostgresServer {
  /** Of an empty database. */
  readonly url: string
  stop(): Promise<void>
}

/** @param programs - See {@link postgresPrograms}. */
export async function startPostgres(programs: string): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-faults-postgres-'))
  const isRoot = process.getuid?.() === 0
  const run = async (program: string, ...args: string[]): Promise<void> => {
    const path = join(programs, program)
    // The server refuses to run as root.
    const [file, rest] = isRoot ? ['runuser', ['-u', 'postgres', '--', path, ...args]] : [path, args]
    await promisify(execFile)(file, rest, { cwd: '/' })
  }
  if (isRoot) {
    chmodSync(folder, 0o755)
    await promisify(execFile)('chown', ['postgres', folder])
  }
  const data = join(folder, 'data')
  const port = await freePort()
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1`
  await run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync')
  await run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start')
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async stop() {
      await run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
