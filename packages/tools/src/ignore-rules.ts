import { access } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** In rising precedence, as ripgrep ranks them. */
const IGNORE_FILES = ['.gitignore', '.ignore', '.rgignore']

/**
 * Which ignore files count for searches in a project, as options of ripgrep. Inside a git repository those of
 * folders above count up to its top, as git has it. Outside of one ripgrep would obey every folder up to the
 * root of the system, so that a stray `.gitignore` above could hide the whole project: there only the
 * project's own count.
 *
 * @param root - The project folder, absolute; ripgrep has to run in it.
 */
export async function ignoreOptions(root: string): Promise<readonly string[]> {
  let isRuledFromAbove = false
  for (let folder = root; ; folder = dirname(folder)) {
    if (await exists(join(folder, '.git'))) return []
    if (folder !== root) isRuledFromAbove ||= (await ignoreFilesIn(folder)).length > 0
    if (folder === dirname(folder)) break
  }
  if (!isRuledFromAbove) return []
  // For a search in a sub-folder, the project folder is a parent like the others.
  return ['--no-ignore-parent', ...(await ignoreFilesIn(root)).map((name) => `--ignore-file=${name}`)]
}

async function ignoreFilesIn(folder: string): Promise<readonly string[]> {
  const found = await Promise.all(IGNORE_FILES.map((name) => exists(join(folder, name))))
  return IGNORE_FILES.filter((_, at) => found[at])
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
