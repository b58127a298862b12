import { randomBytes } from 'node:crypto'
import { access, constants, lstat, mkdir, open, rename, unlink } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import type { Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { ToolError } from '@heddle/core'
import { fsFailure } from './fs-failure.ts'
import { assertOpenedInside, refuseUnlessFile } from './workspace-path.ts'
import type { Place } from './workspace-path.ts'

/** What the write must find, or leave alone. */
export interface ReplaceOptions {
  readonly signal: AbortSignal
  /** The file as it was when its content was read; a file that changed since is not overwritten. */
  readonly unchangedSince?: Stats
}

/**
 * Puts `bytes` where `place` is, whole or not at all: readers see the old file or the new one. Missing
 * folders are made, the file's mode and (where allowed) its owner are kept. Hard links are cut: the other
 * name keeps the old content.
 *
 * @returns True when there was no such file before.
 * @throws ToolError `tool.failed`, with the old content untouched.
 */
export async function replaceFile(
  place: Place,
  bytes: Uint8Array,
  options: ReplaceOptions,
): Promise<boolean> {
  let folder: FileHandle | null = null
  try {
    const present = await lstatOrNull(place.real)
    if (present) refuseUnlessFile(present, place)
    await mkdir(dirname(place.real), { recursive: true })
    folder = await open(
      dirname(place.real),
      constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW,
    )
    await assertOpenedInside(folder, place, place.shown)
    const target = join(await throughHandle(folder, dirname(place.real)), basename(place.real))
    const old = await lstatOrNull(target)
    if (old) await refuseUnlessReplaceable(old, target, place, options)
    await writeBeside(target, bytes, old, options.signal)
    return old === null
  } catch (cause) {
    throw fsFailure(cause, place.shown)
  } finally {
    await folder?.close()
  }
}

/**
 * A path to the folder that stays with the folder: on Linux through the open handle, so that swapping the
 * folder for a link meanwhile leads nowhere.
 */
async function throughHandle(folder: FileHandle, path: string): Promise<string> {
  const pinned = `/proc/self/fd/${folder.fd}`
  return access(pinned).then(
    () => pinned,
    () => path,
  )
}

async function refuseUnlessReplaceable(
  old: Stats,
  target: string,
  place: Place,
  options: ReplaceOptions,
): Promise<void> {
  // Once more, now that nobody can put another folder in its place.
  refuseUnlessFile(old, place)
  const before = options.unchangedSince
  if (before && (before.mtimeMs !== old.mtimeMs || before.size !== old.size || before.ino !== old.ino)) {
    throw new ToolError(
      'tool.failed',
      `${place.shown} was changed by somebody else at the same moment; read it again and repeat the edit.`,
    )
  }
  // A rename would replace a write-protected file without asking.
  await access(target, constants.W_OK).catch((cause: unknown) => {
    throw new ToolError('tool.failed', `${place.shown} is write-protected; its content was left as it is.`, {
      cause,
    })
  })
}

async function writeBeside(
  target: string,
  bytes: Uint8Array,
  old: Stats | null,
  signal: AbortSignal,
): Promise<void> {
  // 255 bytes is the longest name; the prefix keeps room for multi-byte letters.
  const prefix = basename(target).slice(0, 40)
  const beside = join(dirname(target), `.${prefix}.${randomBytes(6).toString('hex')}.tmp`)
  const handle = await open(
    beside,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    0o666,
  )
  try {
    try {
      await handle.writeFile(bytes)
      if (old) await keepOwnerAndMode(handle, old)
    } finally {
      await handle.close()
    }
    if (signal.aborted)
      throw new ToolError('tool.interrupted', 'The write was stopped before anything changed.')
    await rename(beside, target)
  } catch (cause) {
    await unlink(beside).catch(() => undefined)
    throw cause
  }
}

/** The owner first: changing it clears the set-user-id bits of the mode. */
async function keepOwnerAndMode(handle: FileHandle, old: Stats): Promise<void> {
  // Only root may give files away; for everyone else the file becomes their own, as with any editor.
  await handle.chown(old.uid, old.gid).catch(() => undefined)
  await handle.chmod(old.mode & 0o7777)
}

/** Does not follow a last link: a resolved place has none, so one found here was swapped in. */
async function lstatOrNull(path: string): Promise<Stats | null> {
  return lstat(path).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null
    throw cause
  })
}
