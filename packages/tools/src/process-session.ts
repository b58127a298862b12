import { readFileSync, readdirSync } from 'node:fs'

/**
 * A command runs as the leader of a session of its own, and the session is what gets killed. The process
 * group alone would not do: `timeout 60 npm test` and shells with job control put their children in other
 * groups of the same session.
 */

/**
 * Sends a signal to all of a session: its leader's group, its other groups, and what still descends from
 * them. Processes that left the session and whose parents are gone are not found.
 *
 * @param leader - Process id of the session's leader; it may have ended already.
 * @returns How many processes were found; 0 where there is no `/proc` to look at.
 */
export function signalSession(leader: number, signal: 'SIGTERM' | 'SIGKILL'): number {
  const members = sessionMembers(leader)
  // Not both ways: programs take a second SIGTERM for impatience and skip their cleaning up.
  if (members.length === 0 || signal === 'SIGKILL') sendSignal(-leader, signal)
  for (const member of members) sendSignal(member, signal)
  return members.length
}

/**
 * Ends a session at once, children that were forked meanwhile included.
 *
 * @returns How many processes were still there.
 */
export function killSession(leader: number): number {
  const found = signalSession(leader, 'SIGKILL')
  // Each look can miss only what was forked since the last one; a killed parent forks no more.
  for (let look = 0; look < 3 && found > 0 && signalSession(leader, 'SIGKILL') > 0; look++);
  return found
}

/** Process ids of a session and its living descendants, zombies left out; empty where there is no `/proc`. */
export function sessionMembers(leader: number): readonly number[] {
  const parents = new Map<number, number>()
  const members = new Set<number>()
  for (const name of processNames()) {
    const facts = readFacts(name)
    if (!facts) continue
    parents.set(facts.pid, facts.parent)
    if (facts.session === leader) members.add(facts.pid)
  }
  for (const pid of parents.keys()) if (descendsFrom(pid, members, parents)) members.add(pid)
  return [...members]
}

function processNames(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

interface ProcessFacts {
  readonly pid: number
  readonly parent: number
  readonly session: number
}

/** `pid (name) state parent group session …`; the name may hold anything, also `)`. @see proc(5) */
function readFacts(name: string): ProcessFacts | null {
  try {
    const line = readFileSync(`/proc/${name}/stat`, 'latin1')
    const [state, parent, , session] = line.slice(line.lastIndexOf(')') + 2).split(' ', 4)
    if (state === 'Z' || state === 'X') return null
    return { pid: Number(name), parent: Number(parent), session: Number(session) }
  } catch {
    return null
  }
}

function descendsFrom(
  pid: number,
  ancestors: ReadonlySet<number>,
  parents: ReadonlyMap<number, number>,
): boolean {
  let at = parents.get(pid) ?? 0
  // A chain is never longer than the process table; the bound is against a table that changed under the read.
  for (let step = 0; at > 1 && step < parents.size; step++) {
    if (ancestors.has(at)) return true
    at = parents.get(at) ?? 0
  }
  return false
}

function sendSignal(target: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(target, signal)
  } catch {
    // It ended meanwhile, or is not ours to kill.
  }
}
