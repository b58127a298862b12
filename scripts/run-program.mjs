import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './ensure-built.mjs'
import { entry } from './entry.mjs'
import { root } from './workspace.mjs'

/**
 * Runs the TypeScript program of a private workspace folder (`FOLDER/src/main.ts`) against built packages, where the
 * person called it, with the arguments they gave.
 *
 * @param {string} folder
 */
export async function runProgram(folder) {
  await entry(async () => {
    await ensureBuilt(folder)
    const main = join(root, folder, 'src/main.ts')
    process.chdir(process.env.INIT_CWD ?? process.cwd())
    process.argv = [process.execPath, main, ...process.argv.slice(2)]
    await import(pathToFileURL(main).href)
    return undefined
  })
}
