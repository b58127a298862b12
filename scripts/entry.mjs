import { realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ensureInstalled } from './ensure-installed.mjs'
import { satisfies } from './node-version.mjs'
import { pinnedNode } from './pinned-node.mjs'
import { runChild } from './run-child.mjs'
import { UserError } from './user-error.mjs'
import { readManifest, root, say } from './workspace.mjs'

/**
 * The frame of every command of this repository: installs what is missing, makes sure that the rest runs on a Node
 * that we support (by starting the same script again under the pinned one if need be), and turns a failure that a
 * person can act on into one message without a stack.
 *
 * @param {() => Promise<number | undefined>} main - Returns the exit code; `undefined` leaves it as it is.
 */
export async function entry(main) {
  try {
    await ensureInstalled()
    const code = (await continueOnPinnedNode()) ?? (await main())
    if (code !== undefined) process.exitCode = code
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    say(error.message)
    process.exitCode = 1
  }
}

/** @returns {Promise<number | undefined>} The exit code of the other Node; `undefined` when this one goes on. */
async function continueOnPinnedNode() {
  const { node: range = '' } = readManifest('.').engines ?? {}
  // Tools that are started below find the same Node and each other through PATH.
  process.env.PATH = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  if (pinnedNode.exists && realpathSync(process.execPath) !== realpathSync(pinnedNode.file)) {
    try {
      return await runChild(pinnedNode.file, [...process.execArgv, ...process.argv.slice(1)])
    } catch {
      // It was built for glibc: on musl it is installed and cannot start.
    }
  }
  if (satisfies(process.version, range)) return undefined
  throw new UserError(
    `Node ${range} is needed, this is ${process.version}, and the Node that comes through npm does not run on ` +
      `${process.platform}-${process.arch} here: install Node 24 and run the command again.`,
  )
}
