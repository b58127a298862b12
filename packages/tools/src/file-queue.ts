/** The last piece of work on each file that somebody is changing, by real path; idle files are not kept. */
const lastWork = new Map<string, Promise<void>>()

/**
 * Does work on a file after all earlier work on it, so that parallel edits of one file each see the
 * other's result. Work on other files is not held up.
 */
export async function inFileOrder<T>(realPath: string, work: () => Promise<T>): Promise<T> {
  const before = lastWork.get(realPath) ?? Promise.resolve()
  const mine = before.then(work)
  const settled = mine.then(
    () => undefined,
    () => undefined,
  )
  lastWork.set(realPath, settled)
  try {
    return await mine
  } finally {
    if (lastWork.get(realPath) === settled) lastWork.delete(realPath)
  }
}
