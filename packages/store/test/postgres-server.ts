import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const INSTALLED = '/usr/lib/postgresql'

/** Folder of PostgreSQL's server programs; `null` where they are not installed. */
export const postgresBin: string | null = findBin()

function findBin(): string | null {
  if (!existsSync(INSTALLED) || process.getuid?.() !== 0) return null
  const newest = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a))[0]
  return newest === undefined ? null : join(INSTALLED, newest, 'bin')
}

export interface PostgresServer {
  /** URL of a new, empty database. */
  newDatabase(): string
  /** Kills the server at once, as a crash does, and starts it again. */
  crash(): Promise<void>
  stop(): void
}

/** A real server in a folder of its own; every test file starts one and stops it. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-postgres-'))
  chmodSync(folder, 0o755)
  const data = join(folder, 'data')
  const port = await freePort()
  execFileSync('chown', ['postgres', folder])
  run('initdb', '-D', data, '-A', 'trust', '-U', 'postgres', '--no-sync')
  const startArguments = [
    'pg_ctl',
    '-D',
    data,
    '-w',
    '-l',
    join(folder, 'log'),
    '-o',
    `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`,
    'start',
  ] as const
  run(...startArguments)
  let databases = 0
  return {
    newDatabase() {
      const name = `test_${++databases}`
      run('createdb', '-h', '127.0.0.1', '-p', String(port), '-U', 'postgres', name)
      return `postgres://postgres@127.0.0.1:${port}/${name}`
    },
    async crash() {
      await runAsync('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      await runAsync(...startArguments)
    },
    stop() {
      run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The server refuses to run as root. */
function run(program: string, ...args: string[]): void {
  execFileSync('runuser', ['-u', 'postgres', '--', join(postgresBin ?? '', program), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: '/',
  })
}

/** The same, without stopping this process meanwhile. */
function runAsync(program: string, ...args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn('runuser', ['-u', 'postgres', '--', join(postgresBin ?? '', program), ...args], {
      stdio: 'ignore',
      cwd: '/',
    }).on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`${program} failed with ${code}`))))
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
