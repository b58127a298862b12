import { lstatSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What makes a folder a project, and where its settings and its decisions are kept. */
export const HEDDLE_FOLDER = '.heddle'

/**
 * The project around a folder: the nearest one, upwards, that holds `.heddle/` or `.git`.
 *
 * What another user put there is passed over, as git does it: in a shared folder such as `/tmp`, anybody could
 * have put a `.heddle/` for others to write into.
 *
 * @param start - An absolute path.
 * @returns null outside of any project.
 */
export function findProject(start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    if (isOurs(join(folder, HEDDLE_FOLDER), true) || isOurs(join(folder, '.git'), false)) return folder
    if (dirname(folder) === folder) return null
  }
}

/** `.git` is a file in worktrees and submodules. */
function isOurs(path: string, mustBeFolder: boolean): boolean {
  try {
    const status = lstatSync(path, { throwIfNoEntry: false })
    if (!status || (mustBeFolder && status.isFile())) return false
    const user = process.getuid?.() ?? 0
    return user === 0 || status.uid === user
  } catch {
    // A folder above that we may not look into.
    return false
  }
}
