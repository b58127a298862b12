import type { InvocationFile } from './bridge-cli.ts'

/** A new folder that only we may look into (mode 0700). */
export interface PrivateFolder {
  readonly path: string
  pathOf(name: string): string
  remove(): Promise<void>
}

/** Makes a folder for one question, with what the program reads beside its input. */
export async function privateFolder(files: readonly InvocationFile[]): Promise<PrivateFolder> {
  const { mkdtemp, rm, writeFile } = process.getBuiltinModule('node:fs').promises
  const { join } = process.getBuiltinModule('node:path')
  const path = await mkdtemp(join(process.getBuiltinModule('node:os').tmpdir(), 'heddle-bridge-'))
  const folder: PrivateFolder = {
    path,
    pathOf: (name) => join(path, name),
    // Somebody who was left behind may still be writing there; that spoils no answer.
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 50 }).catch(() => {}),
  }
  try {
    for (const { name, content } of files) {
      const bytes = 'text' in content ? content.text : Buffer.from(content.base64, 'base64')
      await writeFile(folder.pathOf(name), bytes, { mode: 0o600 })
    }
    return folder
  } catch (thrown) {
    await folder.remove()
    throw thrown
  }
}
