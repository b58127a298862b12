import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** PORT. Runs git with these arguments in one repository; resolves with what it printed, rejects when it fails. */
export type GitRunner = (args: readonly string[]) => Promise<string>

const TIMEOUT_MS = 30_000
/** A log of some thousand commits with their files. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024

const run = promisify(execFile)

/** A {@link GitRunner} for the repository around a folder, by the `git` on the path. It asks nobody for anything. */
export function gitIn(folder: string): GitRunner {
  return async (args) => {
    const { stdout } = await run('git', ['--no-pager', ...args], {
      cwd: folder,
      timeout: TIMEOUT_MS,
      maxBuffer: MAX_OUTPUT_BYTES,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    })
    return stdout
  }
}
