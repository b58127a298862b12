import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess, StdioOptions } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const BIN = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const SOURCE_CONDITION = '--conditions=@heddle/source'

/** A finished `heddle`. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a `heddle` is started. */
export interface HeddleOptions {
  readonly env?: Readonly<Record<string, string>>
  /** What is piped in; absent: standard input is at its end from the start. */
  readonly stdin?: string
  /** `pipe` leaves standard input open without a word. */
  readonly openStdin?: boolean
}

/** A `heddle` that runs. */
export interface Heddle {
  readonly child: ChildProcess
  readonly ended: Promise<Outcome>
  /** Resolves once standard output and standard error together hold `text`. */
  printed(text: string): Promise<void>
}

/** A project folder and a home of its own, without any key. */
export interface Project {
  readonly root: string
  readonly home: string
  write(path: string, text: string): Promise<void>
  start(args: readonly string[], options?: HeddleOptions): Heddle
  run(args: readonly string[], options?: HeddleOptions): Promise<Outcome>
  remove(): Promise<void>
}

/** Makes a project folder in which the command runs from its sources, as a process of its own. */
export async function makeProject(files: Readonly<Record<string, string>> = {}): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-cli-'))
  const root = join(folder, 'project')
  const home = join(folder, 'home')
  await mkdir(root)
  await mkdir(home)
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
  for (const [path, text] of Object.entries(files)) await write(path, text)

  const start = (args: readonly string[], options: HeddleOptions = {}): Heddle => {
    const stdin = options.stdin === undefined && !options.openStdin ? 'ignore' : 'pipe'
    const stdio: StdioOptions = [stdin, 'pipe', 'pipe']
    const { command, env } = commandLine({ home }, args, options.env)
    const child = spawn(command[0], command.slice(1), { cwd: root, env, stdio })
    if (options.stdin !== undefined) child.stdin?.end(options.stdin)
    return watch(child)
  }
  return {
    root,
    home,
    write,
    start,
    run: (args, options) => start(args, options).ended,
    remove: () => rm(folder, { recursive: true }),
  }
}

/** What starts the command from its sources, and the environment it is to see. */
export function commandLine(
  { home }: Pick<Project, 'home'>,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly command: readonly [string, ...string[]]; readonly env: NodeJS.ProcessEnv } {
  return {
    command: [process.execPath, SOURCE_CONDITION, BIN, ...args],
    env: { ...cleanEnvironment(home), ...env },
  }
}

/** No key, no settings, no local model server: port 1 is closed everywhere. */
function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/_API_KEY$|_BASE_URL$|^HEDDLE_|^XDG_|^NO_COLOR$|^FORCE_COLOR$|^NODE_OPTIONS$|^VITEST/.test(name),
  )
  return { ...Object.fromEntries(kept), HOME: home, OLLAMA_HOST: 'http://127.0.0.1:1' }
}

function watch(child: ChildProcess): Heddle {
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    for (const listener of listeners) listener()
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    for (const listener of listeners) listener()
  })
  const ended = new Promise<Outcome>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return {
    child,
    ended,
    printed: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!(stdout + stderr).includes(text)) return
          listeners.delete(look)
          resolve()
        }
        listeners.add(look)
        void ended.then(() => reject(new Error(`heddle ended without printing ${text}: ${stdout}${stderr}`)))
        look()
      }),
  }
}

/** Lines of `ps` that contain `marker`: processes that are still there. */
export function processesWith(marker: string): string[] {
  const listing = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' })
  return listing.split('\n').filter((line) => line.includes(marker))
}

/** Waits until `isTrue`; for things another process does in its own time. */
export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20))
}
