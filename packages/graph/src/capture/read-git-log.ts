import type { GitRunner } from './git-runner.ts'

/** A commit as `git log` tells it. */
export interface LoggedCommit {
  readonly hash: string
  /** When it was committed, in epoch milliseconds. */
  readonly atMs: number
  readonly subject: string
  readonly body: string
  /** Paths that it changes, with `/`. */
  readonly files: readonly string[]
  /** Ids from its `Heddle-Decision` trailers. */
  readonly decisions: readonly string[]
  /** The whole hash of the commit that it takes back; `null` when it says nothing of it. */
  readonly reverts: string | null
}

/** Never part of a message: git refuses NUL, and these are control characters that nobody types. */
const RECORD = '\x1E'
const FIELD = '\x1F'
/** Once per line, as git writes trailers; several ids may stand in one, with blanks or commas between. */
const TRAILER = /^Heddle-Decision:[ \t]*(.+)$/gim

/** Reads a log, newest first. An empty repository has none. @throws What `git` throws. */
export async function readGitLog(
  git: GitRunner,
  { range, limit }: { readonly range: string; readonly limit: number },
): Promise<LoggedCommit[]> {
  const format = `--format=%x1e%H%x1f%ct%x1f%s%x1f%b%x1f`
  const args = [
    '-c',
    'core.quotePath=false',
    'log',
    `--max-count=${limit}`,
    format,
    '--name-only',
    '--end-of-options',
    range,
    '--',
  ]
  const text = await git(args)
  return text
    .split(RECORD)
    .slice(1)
    .map((record) => {
      const [hash = '', seconds = '0', subject = '', body = '', files = ''] = record.split(FIELD)
      return {
        hash,
        atMs: Number(seconds) * 1_000,
        subject,
        body: body.trim(),
        files: files.split('\n').filter((file) => file !== ''),
        decisions: [...body.matchAll(TRAILER)].flatMap(([, ids = '']) => ids.split(/[\s,]+/).filter(Boolean)),
        reverts: /\bThis reverts commit ([0-9a-f]{40,64})\b/.exec(body)?.[1] ?? null,
      }
    })
}
