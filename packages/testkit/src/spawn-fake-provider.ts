import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FakeScripts } from './fake-provider/script.ts'
import type { FakeRequest } from './fake-provider/start-fake-provider.ts'

/** What {@link spawnFakeProvider} may be told. */
export interface SpawnedFakeProviderOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** How many of the latest requests are remembered. Default 1,000; 0 for benchmarks. */
  readonly keepRequests?: number
}

/** A fake provider in a process of its own. */
export interface SpawnedFakeProvider {
  /** Such as `http://127.0.0.1:40000`. */
  readonly url: string
  /** What OpenAI clients call the base URL: `url` and `/v1`. */
  readonly openaiBaseUrl: string
  /** What Anthropic clients call the base URL: `url`. */
  readonly anthropicBaseUrl: string
  /** What Gemini clients call the base URL and the API version: `url` and `/v1beta`. */
  readonly googleBaseUrl: string
  readonly pid: number
  /** Requests for answers and models, oldest first. */
  requests(): Promise<readonly FakeRequest[]>
  /** Forgets the requests and gives every turn its faults again. */
  reset(): Promise<void>
  /** Ends the process and waits until it is gone. */
  close(): Promise<void>
}

/**
 * Starts the fake provider in a process of its own, for measurements that must not count the server's work.
 * It ends with this process, also when that is killed.
 *
 * @throws When it does not start; the message has what it wrote.
 */
export async function spawnFakeProvider(
  scripts: FakeScripts,
  options: SpawnedFakeProviderOptions = {},
): Promise<SpawnedFakeProvider> {
  const { port = 0, keepRequests = 1000 } = options
  const folder = await mkdtemp(join(tmpdir(), 'heddle-fake-provider-'))
  try {
    const scriptFile = join(folder, 'scripts.json')
    await writeFile(scriptFile, JSON.stringify(scripts))
    const args = ['--script', scriptFile, '--port', String(port), '--keep-requests', String(keepRequests)]
    const child = spawn(process.execPath, [...programArgs(), ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
    const url = await readUrl(child)
    return handleOf(child, url)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The program beside this file: the built one, or the source with the condition that links sources. */
function programArgs(): string[] {
  const isSource = import.meta.url.endsWith('.ts')
  const program = fileURLToPath(new URL(`./fake-provider-main.${isSource ? 'ts' : 'js'}`, import.meta.url))
  return isSource ? ['--conditions=@heddle/source', program] : [program]
}

/** The first line that the program prints, once it listens. */
function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let complaint = ''
    child.stderr?.on('data', (piece: Buffer) => (complaint += piece.toString('utf8')))
    child.once('error', reject)
    child.once('close', (code) =>
      reject(new Error(`The fake provider ended with code ${code}: ${complaint.trim()}`)),
    )
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).once('line', (line) => {
      resolve((JSON.parse(line) as { url: string }).url)
    })
  })
}

function handleOf(child: ChildProcess, url: string): SpawnedFakeProvider {
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()))
  // Neither the child nor its pipes keep this process alive: it ends with us anyway.
  child.unref()
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as unknown as { unref?(): void })?.unref?.()
  return {
    url,
    openaiBaseUrl: `${url}/v1`,
    anthropicBaseUrl: url,
    googleBaseUrl: `${url}/v1beta`,
    pid: child.pid ?? 0,
    async requests() {
      return (await (await fetch(`${url}/__requests`)).json()) as FakeRequest[]
    },
    async reset() {
      await fetch(`${url}/__reset`, { method: 'POST' })
    },
    async close() {
      child.ref()
      child.kill('SIGTERM')
      await gone
    },
  }
}
