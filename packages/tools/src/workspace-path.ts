import { constants } from 'node:fs'
import type { Stats } from 'node:fs'
import { lstat, open, readlink, realpath } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { ToolError } from '@heddle/core'
import { errnoOf, fsFailure } from './fs-failure.ts'
import { missingFile } from './missing-file.ts'

/** A path that was found to lie inside the project folder. */
export interface Place {
  /** Absolute, every link resolved: use this one, never the text that was given. */
  readonly real: string
  /** Relative to the project folder, `.` for the folder itself: for the model and for people. */
  readonly shown: string
  readonly exists: boolean
  /** The project folder, links resolved. */
  readonly realRoot: string
}

/** An open regular file inside the project folder. The caller closes the handle. */
export interface OpenFile {
  readonly handle: FileHandle
  readonly stats: Stats
  readonly place: Place
}

/**
 * The one place that decides where a path leads. Relative paths start at `root`, `~` is an ordinary
 * letter, and links are followed before the answer is given; a part that does not exist yet is allowed.
 *
 * @throws ToolError `tool.failed` for a path that leads outside, is empty, holds a NUL, or goes through a
 *   link to nothing (which a write would follow to wherever it points).
 */
export async function resolveInWorkspace(root: string, given: string): Promise<Place> {
  if (given === '') {
    throw new ToolError(
      'tool.failed',
      'The path is empty; give one relative to the project folder, such as src/index.ts.',
    )
  }
  if (given.includes('\0'))
    throw new ToolError('tool.failed', 'The path holds a NUL character; no file has such a name.')
  const realRoot = await realpath(root).catch((cause: unknown) => {
    throw new ToolError(
      'tool.failed',
      `The project folder ${root} cannot be used any more; it may have been moved or deleted.`,
      { cause },
    )
  })
  const { real, exists } = await realPathOf(resolve(root, given), given)
  if (!isInside(realRoot, real)) throw outside(given, root)
  const shown = relative(realRoot, real)
  return { real, shown: shown === '' ? '.' : shown, exists, realRoot }
}

/** True for the folder itself and for everything below it; `ws-evil` is not inside `ws`. */
export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/**
 * Opens a regular file for reading, without ever waiting for the other end of a pipe, and then looks
 * where the open file really is: a link that was swapped in after the check is caught.
 *
 * @throws ToolError `tool.failed`, with a sentence that names the tool to use instead.
 */
export async function openForReading(root: string, given: string): Promise<OpenFile> {
  const place = await resolveInWorkspace(root, given)
  if (!place.exists) throw await missingFile(place)
  let handle: FileHandle | null = null
  try {
    // Looking before opening: opening some devices already does something.
    refuseUnlessFile(await lstat(place.real), place)
    handle = await open(place.real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
    const stats = await handle.stat()
    refuseUnlessFile(stats, place)
    await assertOpenedInside(handle, place, given)
    return { handle, stats, place }
  } catch (cause) {
    await handle?.close()
    throw fsFailure(cause, place.shown)
  }
}

/**
 * Asks the system where an open file or folder lies now. Only Linux can tell; elsewhere the check of the
 * path has to do.
 */
export async function assertOpenedInside(handle: FileHandle, place: Place, given: string): Promise<void> {
  const actual = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null)
  if (actual !== null && !isInside(place.realRoot, actual)) throw outside(given, place.realRoot)
}

/** @throws ToolError `tool.failed` for folders, pipes, sockets and devices. */
export function refuseUnlessFile(stats: Stats, place: Place): void {
  if (stats.isFile()) return
  const sentence = stats.isDirectory()
    ? `${place.shown} is a folder; list it with glob, such as pattern "${place.shown === '.' ? '*' : `${place.shown}/**`}".`
    : `${place.shown} is ${kindOf(stats)}, not a regular file; it cannot be read or written here.`
  throw new ToolError('tool.failed', sentence)
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe'
  if (stats.isSocket()) return 'a socket'
  if (stats.isSymbolicLink()) return 'a link'
  return 'a device'
}

function outside(given: string, root: string): ToolError {
  return new ToolError(
    'tool.failed',
    `${JSON.stringify(given)} is outside the project folder ${root}; only paths inside it can be used.`,
  )
}

/** Resolves the deepest part that exists and adds the rest to it. */
async function realPathOf(
  absolute: string,
  given: string,
): Promise<{ readonly real: string; readonly exists: boolean }> {
  const missing: string[] = []
  for (let at = absolute; ; at = dirname(at)) {
    try {
      return { real: join(await realpath(at), ...missing), exists: missing.length === 0 }
    } catch (cause) {
      const code = errnoOf(cause)
      if ((code !== 'ENOENT' && code !== 'ENOTDIR') || at === dirname(at)) throw fsFailure(cause, given)
      if (await isLink(at)) {
        throw new ToolError(
          'tool.failed',
          `${JSON.stringify(given)} goes through a link to something that does not exist; use a path without it.`,
        )
      }
      missing.unshift(basename(at))
    }
  }
}

async function isLink(path: string): Promise<boolean> {
  return lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
}
