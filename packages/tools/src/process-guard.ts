import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'
import { OWN_MARKERS } from './process-session.ts'
import type { ProcessSession } from './process-session.ts'

/**
 * Sees to it that no command outlives this process. A normal end kills what is still running; against
 * `kill -9` a small shell process, the keeper, waits at a pipe: when it closes without a word, we are gone
 * and the keeper kills the sessions it knows and whatever carries one of our markers. It is started with the first command and ends with us.
 */

const guarded = new Set<ProcessSession>()
let keeper: ChildProcess | null = null

/**
 * `$1` is what our markers begin with. Standard input: lines `+ pid` and `- pid`; the pids are leaders of
 * sessions. Only shell built-ins are used, so it works with an empty PATH; without `/proc` the leader's process
 * group is all that is killed. Of `stat`, what follows the name: `$4` is the session, `$20` the start. An
 * environment has NULs between its variables, which `read` drops.
 */
const KEEPER_SCRIPT = `
trap '' HUP INT TERM
markers=$1
born=0
read -r line <"/proc/$PPID/stat" && set -- \${line##*) } && born=\${20}
kept=' '
while read -r change pid; do
  case $change in
    +) kept="$kept$pid " ;;
    -) kept="\${kept%% $pid *} \${kept#* $pid }" ;;
  esac
done
is_marked() {
  while read -r line || [ -n "$line" ]; do
    case $line in *"$markers"*) return 0 ;; esac
  done
  return 1
}
for look in 1 2 3; do
  for pid in $kept; do kill -KILL "-$pid"; done
  for stat in /proc/[0-9]*/stat; do
    read -r line <"$stat" || continue
    set -- \${line##*) }
    [ "\${20}" -ge "$born" ] || continue
    process=\${stat%/stat}
    case $kept in
      *" $4 "*) kill -KILL "\${process#/proc/}" ;;
      *) is_marked <"$process/environ" && kill -KILL "\${process#/proc/}" ;;
    esac
  done
done
`

/**
 * Puts a session under guard.
 *
 * @returns Ends the guard; call it when nothing of the session is left.
 */
export function guardSession(session: ProcessSession): () => void {
  if (guarded.size === 0) process.on('exit', killGuarded)
  guarded.add(session)
  if (keeper) tellKeeper('+', session)
  else startKeeper()
  return () => {
    if (!guarded.delete(session)) return
    tellKeeper('-', session)
    if (guarded.size === 0) process.off('exit', killGuarded)
  }
}

/** Runs while the process exits: nothing asynchronous would be waited for. */
function killGuarded(): void {
  for (const session of guarded) session.kill()
}

function startKeeper(): void {
  const started = spawnKeeper()
  if (!started) return
  const forget = (): void => {
    if (keeper === started) keeper = null
  }
  started.on('error', forget)
  started.on('exit', forget)
  started.stdin?.on('error', forget)
  // Neither the process nor the pipe to it keeps us alive.
  started.unref()
  ;(started.stdin as Socket | null)?.unref()
  keeper = started
  for (const session of guarded) tellKeeper('+', session)
}

/** Without a keeper (no shell, no memory) commands still run; only `kill -9` would leave them behind. */
function spawnKeeper(): ChildProcess | null {
  try {
    // The text after the script is its name in process lists.
    return spawn('/bin/sh', ['-c', KEEPER_SCRIPT, `heddle-keeper-of ${process.pid}`, OWN_MARKERS], {
      // Nothing of the project is held: not its folder, not its environment, not its terminal.
      cwd: '/',
      env: {},
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    })
  } catch {
    return null
  }
}

function tellKeeper(change: '+' | '-', { leader }: ProcessSession): void {
  keeper?.stdin?.write(`${change} ${leader}\n`)
}
