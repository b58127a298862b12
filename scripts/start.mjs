import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { ensureBuilt } from './ensure-built.mjs'
import { entry } from './entry.mjs'
import { readManifest, root } from './workspace.mjs'

// `npm start [-- arguments]`: the heddle command, from this repository's sources.
await entry(async () => {
  await ensureBuilt('packages/cli')
  const bin = join(root, 'packages/cli', readManifest('packages/cli').bin?.heddle ?? '')
  // npm runs scripts in the repository; the project to work on is where the person called it.
  process.chdir(process.env.INIT_CWD ?? process.cwd())
  // In this process, so that signals, the terminal and the exit code are the command's own.
  process.argv = [process.execPath, bin, ...process.argv.slice(2)]
  await import(pathToFileURL(bin).href)
  return undefined
})
