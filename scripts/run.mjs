import { join } from 'node:path'
import { entry } from './entry.mjs'
import { runChild } from './run-child.mjs'
import { root } from './workspace.mjs'

// `node scripts/run.mjs TOOL [arguments]`: a tool from node_modules, on the pinned Node.
await entry(() => {
  const [tool = '', ...args] = process.argv.slice(2)
  return runChild(process.execPath, [join(root, 'node_modules', '.bin', tool), ...args], { cwd: root })
})
