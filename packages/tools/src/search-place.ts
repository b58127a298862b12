import { stat } from 'node:fs/promises'
import { fsFailure } from './fs-failure.ts'
import { fileNamePattern, globMatcher } from './glob-pattern.ts'
import { missingFile } from './missing-file.ts'
import { resolveInWorkspace } from './workspace-path.ts'
import type { Place } from './workspace-path.ts'

/** Where to search. */
export interface SearchPlace extends Place {
  readonly isFolder: boolean
  /** As an argument for ripgrep that runs in the project folder; it cannot be taken for an option. */
  readonly argument: string
}

/**
 * @param given - Path of a folder or a file; absent: the project folder.
 * @throws ToolError `tool.failed` when it is outside the project or does not exist.
 */
export async function findSearchPlace(root: string, given: string | undefined): Promise<SearchPlace> {
  const place = await resolveInWorkspace(root, given ?? '.')
  if (!place.exists) throw await missingFile(place)
  try {
    const stats = await stat(place.real)
    return {
      ...place,
      isFolder: stats.isDirectory(),
      argument: place.shown === '.' ? './' : `./${place.shown}`,
    }
  } catch (cause) {
    throw fsFailure(cause, place.shown)
  }
}

/** Which files of a search count. */
export interface FileFilter {
  /** Options that keep ripgrep from most of the other files. */
  readonly args: readonly string[]
  /** @param path - Relative to the project folder. */
  accepts(path: string): boolean
}

/**
 * Narrows a search to a glob, seen from the project folder or from the place. ripgrep's own `--glob` would
 * not do: a file that it names is searched even when `.gitignore` leaves it out. A glob with `!` in front
 * leaves files out.
 */
export function fileFilter(glob: string, place: SearchPlace): FileFilter {
  if (glob.startsWith('!')) return { args: [`--glob=${glob}`], accepts: () => true }
  const matches = globMatcher(withoutRoot(glob, place))
  const name = fileNamePattern(glob)
  const below = place.isFolder && place.shown !== '.' ? `${place.shown}/` : null
  return {
    args: name === null ? [] : [`--type-add=wanted:${name}`, '--type=wanted'],
    accepts: (path) =>
      matches(path) || (below !== null && path.startsWith(below) && matches(path.slice(below.length))),
  }
}

/** Models like absolute patterns. */
function withoutRoot(glob: string, { realRoot }: SearchPlace): string {
  return glob.startsWith(`${realRoot}/`) ? `.${glob.slice(realRoot.length)}` : glob
}
