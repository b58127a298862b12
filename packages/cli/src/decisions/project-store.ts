import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError } from '@heddle/core'
import { openStore } from '@heddle/store'
import type { Store } from '@heddle/store'
import { HEDDLE_FOLDER } from '../project.ts'

/**
 * What the nodes of a project's own database belong to. The same in every copy of a project, whatever its folder
 * is called, so that what one copy exports is found in another.
 */
export const OWN_PROJECT = 'project'

/** The database of a project. */
export function databaseFile(project: string): string {
  return join(project, HEDDLE_FOLDER, 'heddle.db')
}

/**
 * Opens, or makes, the database of a project. Git is told to ignore it: it holds whole conversations.
 *
 * @throws ConfigError `config.invalid` when a link stands in its place, which could lead anywhere. LogError as
 *   `openStore`, and what the file system throws.
 */
export async function openProjectStore(project: string): Promise<Store> {
  const folder = join(project, HEDDLE_FOLDER)
  const file = databaseFile(project)
  for (const path of [folder, file]) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      throw new ConfigError(
        'config.invalid',
        `${path} is a link; decisions are kept in the project's own folder only.`,
      )
  }
  if (!existsSync(file)) keepOutOfGit(folder)
  return openStore(file)
}

/** A folder that was there may hold settings that are the project's. */
function keepOutOfGit(folder: string): void {
  const isNew = mkdirSync(folder, { recursive: true, mode: 0o755 }) !== undefined
  try {
    writeFileSync(join(folder, '.gitignore'), isNew ? '*\n' : '/heddle.db*\n/.gitignore\n', { flag: 'wx' })
  } catch (thrown) {
    // Whoever wrote one knows what git should see.
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
  }
}
