import { execFile, execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Where Debian and its descendants keep the server's programs, a folder for each version. */
const INSTALLED = '/usr/lib/postgresql'

/**
 * Folder of PostgreSQL's server programs, of the newest version there is; `null` where they are not installed.
 *
 * @param installed - Where to look; default: where Debian keeps them.
 */
export function postgresPrograms(installed: string = INSTALLED): string | null {
  if (!existsSync(installed)) return null
  const newest = readdirSync(installed).sort((a, b) => Number(b) - Number(a))[0]
  const folder = newest === undefined ? null : join(installed, newest, 'bin')
  return folder !== null && existsSync(join(folder, 'initdb')) ? folder : null
}

export interface PostgresServerOptions {
  /** Whether a commit waits for the disk. Default true; false is much faster, and enough where no power is cut. */
  readonly isDurable?: boolean
}

/** A real server in a folder of its own, on a free port of 127.0.0.1; everybody may log in as `postgres`. */
export interface PostgresServer {
  /** @returns The URL of a new, empty database. */
  newDatabase(): string
  /** Kills the server at once, as a crash does, and starts it again. */
  crash(): Promise<void>
  /** Kills the server and deletes its folder. */
  stop(): Promise<void>
}

/**
 * Makes and starts a server, which takes a second or two.
 *
 * @param programs - See {@link postgresPrograms}.
 * @throws Error with what the program printed when one of them fails. As root, `runuser` and a user
 *   `postgres` are needed, because the server refuses to run as root.
 */
export async function startPostgres(
  programs: string,
  { isDurable = true }: PostgresServerOptions = {},
): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-postgres-'))
  const isRoot = process.getuid?.() === 0
  const command = (program: string, args: readonly string[]): readonly [string, string[]] => {
    const path = join(programs, program)
    return isRoot ? ['runuser', ['-u', 'postgres', '--', path, ...args]] : [path, [...args]]
  }
  const run = async (program: string, ...args: string[]): Promise<void> => {
    await promisify(execFile)(...command(program, args), { cwd: '/' })
  }
  if (isRoot) {
    chmodSync(folder, 0o755)
    await promisify(execFile)('chown', ['postgres', folder])
  }
  const data = join(folder, 'data')
  const port = await freePort()
  const settings = `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=${isDurable ? 'on' : 'off'}`
  const start = (): Promise<void> =>
    run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', settings, 'start')
  const kill = (): Promise<void> => run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
  await run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync')
  await start()
  let databases = 0
  return {
    newDatabase() {
      const name = `test_${++databases}`
      const options = ['-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', name]
      execFileSync(...command('createdb', options), { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
      return `postgres://postgres@127.0.0.1:${port}/${name}`
    },
    async crash() {
      await kill()
      await start()
    },
    async stop() {
      await kill()
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
