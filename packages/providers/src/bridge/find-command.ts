import type { Environment } from '../environment.ts'

/**
 * Looks a program up as a shell does. Relative entries of the PATH are passed over: what they name depends on
 * the folder one happens to be in.
 *
 * @returns Its absolute path; `null` when there is none that may be run.
 */
export async function findCommand(command: string, env: Environment): Promise<string | null> {
  const { delimiter, isAbsolute, join } = process.getBuiltinModule('node:path')
  for (const folder of (env['PATH'] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue
    const path = join(folder, command)
    if (await isRunnable(path)) return path
  }
  return null
}

async function isRunnable(path: string): Promise<boolean> {
  const { constants, promises: fs } = process.getBuiltinModule('node:fs')
  try {
    await fs.access(path, constants.X_OK)
    return (await fs.stat(path)).isFile()
  } catch {
    return false
  }
}
