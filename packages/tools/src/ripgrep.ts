import { ToolError } from '@heddle/core'
import { ignoreOptions } from './ignore-rules.ts'
import { runProcess } from './run-process.ts'

/** A search to run. */
export interface RipgrepRequest {
  /** Options, and after `--` the path, which must begin with `./`. */
  readonly args: readonly string[]
  /** `path`: the arguments ask for paths alone; `text`: each path comes with a text. */
  readonly records: 'path' | 'text'
  /** The project folder, links resolved. */
  readonly cwd: string
  readonly signal: AbortSignal
  /** Called for each record in ripgrep's order; false ends the search. */
  readonly onRecord: (record: RipgrepRecord) => boolean
}

/** Something ripgrep printed. */
export interface RipgrepRecord {
  /** Without `./`; empty for the line between two groups of context. */
  readonly path: string
  /** What stands after the path; empty when paths alone were asked for. */
  readonly text: string
}

/** What a search was like. */
export interface RipgrepEnd {
  /** True when `onRecord` ended it: there may be more. */
  readonly endedEarly: boolean
  /** Files and folders that could not be read. */
  readonly unreadable: number
}

/**
 * Of every search: no settings from outside; dot files but not git's own; ignore files count outside a git
 * repository, too; output that a program can take apart, in an order that stays the same.
 */
const ALWAYS = [
  '--no-config',
  '--hidden',
  '--glob=!.git',
  '--no-require-git',
  '--color=never',
  '--null',
  '--sort=path',
]
/** A chunk is one write of ripgrep, mostly one line: enough for a message, and for counting unreadable files. */
const MAX_STDERR_CHUNKS = 1_000
/** Where git's and ripgrep's own global ignore files are found. */
const NEEDED_VARIABLES = ['HOME', 'XDG_CONFIG_HOME']

/**
 * Runs ripgrep.
 *
 * @throws ToolError `tool.failed` with ripgrep's own words, such as about a bad pattern; `tool.interrupted`
 *   after an abort.
 */
export async function runRipgrep(request: RipgrepRequest): Promise<RipgrepEnd> {
  const { signal, cwd } = request
  const enough = new AbortController()
  const onAbort = (): void => enough.abort()
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  const reader = recordReader(request, onAbort)
  const said: Buffer[] = []
  try {
    const end = await runProcess({
      command: [await ripgrepPath(), ...ALWAYS, ...(await ignoreOptions(cwd)), ...request.args],
      cwd,
      env: Object.fromEntries(
        NEEDED_VARIABLES.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
      ),
      signal: enough.signal,
      onOutput(chunk, from) {
        if (from === 'stdout') reader.push(chunk)
        else if (said.length < MAX_STDERR_CHUNKS) said.push(chunk)
      },
    })
    if (signal.aborted) throw new ToolError('tool.interrupted', 'The search was stopped before it ended.')
    const complaints = readComplaints(Buffer.concat(said).toString('utf8'))
    // 1 is "nothing found"; 2 comes with matches, too, when a file could not be read.
    const hasFailed = end.exitCode !== 0 && end.exitCode !== 1 && !reader.isDone()
    if (hasFailed && complaints.fatal !== '') throw new ToolError('tool.failed', complaints.fatal)
    if (hasFailed && complaints.unreadable === 0) {
      throw new ToolError(
        'tool.failed',
        `The search ended unexpectedly (${end.killedBy ?? `exit code ${end.exitCode ?? 0}`}).`,
      )
    }
    return { endedEarly: reader.isDone(), unreadable: complaints.unreadable }
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Loaded at the first search: most starts of a program never need it. */
async function ripgrepPath(): Promise<string> {
  try {
    return (await import('@vscode/ripgrep')).rgPath
  } catch (cause) {
    throw new ToolError(
      'tool.failed',
      `ripgrep is not installed for ${process.platform}-${process.arch}; reinstall @heddle/tools with its optional dependencies.`,
      { cause },
    )
  }
}

interface RecordReader {
  push(chunk: Buffer): void
  /** True when `onRecord` wanted no more. */
  isDone(): boolean
}

function recordReader({ records, onRecord }: RipgrepRequest, stop: () => void): RecordReader {
  let rest: Buffer = Buffer.alloc(0)
  let isDone = false
  return {
    isDone: () => isDone,
    push(chunk) {
      if (isDone) return
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      let at = 0
      for (;;) {
        const found = records === 'path' ? readPath(rest, at) : readText(rest, at)
        if (!found) break
        at = found.end
        if (found.record && !onRecord(found.record)) {
          isDone = true
          rest = Buffer.alloc(0)
          return stop()
        }
      }
      rest = rest.subarray(at)
    },
  }
}

interface Found {
  /** `null` for what needs no telling. */
  readonly record: RipgrepRecord | null
  readonly end: number
}

const NUL = 0
const LINE_FEED = 10

/** `path NUL` */
function readPath(bytes: Buffer, at: number): Found | null {
  const nul = bytes.indexOf(NUL, at)
  return nul === -1 ? null : { record: { path: relativePath(bytes, at, nul), text: '' }, end: nul + 1 }
}

/** `path NUL text LF`, or a line without NUL: `--` between groups, or a remark about a binary file. */
function readText(bytes: Buffer, at: number): Found | null {
  const lineFeed = bytes.indexOf(LINE_FEED, at)
  if (lineFeed === -1) return null
  const nul = bytes.indexOf(NUL, at)
  if (nul === -1 || nul > lineFeed) {
    const line = bytes.toString('utf8', at, lineFeed)
    if (line === '--') return { record: { path: '', text: '--' }, end: lineFeed + 1 }
    const binary = /^\.\/(.*): (binary file matches|WARNING: stopped searching binary file)/.exec(line)
    if (binary) {
      const isMatch = binary[2] === 'binary file matches'
      return {
        record: isMatch ? { path: binary[1] ?? '', text: 'binary file matches' } : null,
        end: lineFeed + 1,
      }
    }
    // What is left is a line feed in a file's name.
    if (nul === -1) return null
  }
  const end = bytes.indexOf(LINE_FEED, nul)
  if (end === -1) return null
  return {
    record: { path: relativePath(bytes, at, nul), text: bytes.toString('utf8', nul + 1, end) },
    end: end + 1,
  }
}

function relativePath(bytes: Buffer, from: number, to: number): string {
  const path = bytes.toString('utf8', from, to)
  return path.startsWith('./') ? path.slice(2) : path
}

/** Sorts what ripgrep says into single files that it could not read, and why it could not work at all. */
function readComplaints(stderr: string): { readonly fatal: string; readonly unreadable: number } {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '')
  const unreadable = lines.filter((line) => line.startsWith('rg: ./')).length
  const others = lines.filter((line) => !line.startsWith('rg: ./'))
  const reason = others.find((line) => line.startsWith('error: '))?.slice('error: '.length)
  const first = others[0]?.replace(/^rg: /, '') ?? ''
  return { fatal: reason === undefined ? first : `${first.replace(/:$/, '')}: ${reason}`, unreadable }
}
