import type { Socket } from 'node:net'

/**
 * Waits at a pipe to us. A line ends its work; when the pipe closes without one, we are gone, and it ends the
 * process group `$1` and takes the folder `$2` away.
 */
const KEEPER_SCRIPT = `trap '' HUP INT TERM; read -r _ || { kill -KILL "-$1"; rm -rf -- "$2"; }`

/**
 * Sees to it that a program does not outlive this process, not even after `kill -9`. Without a shell, nothing
 * is kept, and the program still ends when it next prints.
 *
 * @returns Ends the watch; call it when nothing of the group is left.
 */
export function keepWatch(group: number, folder: string): () => void {
  const { spawn } = process.getBuiltinModule('node:child_process')
  try {
    // The text after the script is its name in process lists.
    const keeper = spawn(
      '/bin/sh',
      ['-c', KEEPER_SCRIPT, `heddle-keeper-of ${process.pid}`, `${group}`, folder],
      {
        cwd: '/',
        env: { PATH: '/usr/bin:/bin' },
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      },
    )
    keeper.on('error', () => {})
    keeper.stdin.on('error', () => {})
    // Neither the process nor the pipe to it keeps us alive.
    keeper.unref()
    ;(keeper.stdin as Socket).unref()
    return () => void keeper.stdin.end('\n')
  } catch {
    return () => {}
  }
}
