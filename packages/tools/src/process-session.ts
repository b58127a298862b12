import { readFileSync, readdirSync } from 'node:fs'

/**
 * All that a command started. A command leads a session of its own, and the session is what gets killed: the
 * process group alone would not do, since `timeout 60 npm test` and shells with job control put their
 * children in other groups. What left the session is found as long as its parents live.
 */
export interface ProcessSession {
  /** Process id of the command itself; it may have ended already. */
  readonly leader: number
  /** Sends SIGTERM to every living process, once each: programs take a second one for impatience. */
  terminate(): void
  /**
   * Sends SIGKILL to every living process, also to those that were forked meanwhile.
   *
   * @returns How many there were; 0 where there is no `/proc` to look at.
   */
  kill(): number
  /** True when nothing lives any more. Zombies do not count, but where there is no `/proc` they cannot be told apart. */
  isGone(): boolean
}

/** @param leader - Process id of a process that was started detached. */
export function processSession(leader: number): ProcessSession {
  // Once found is found: when its parent has died, a process that left the session can no longer be traced.
  const known = new Map<number, string>()

  const living = (): readonly number[] => {
    const table = processTable()
    const members = membersIn(table, leader, known)
    for (const pid of members) known.set(pid, table.get(pid)?.startedAt ?? '')
    return members
  }

  return {
    leader,
    terminate() {
      const members = living()
      for (const pid of members) sendSignal(pid, 'SIGTERM')
      if (members.length === 0) sendSignal(-leader, 'SIGTERM')
    },
    kill() {
      const killAll = (): number => {
        const members = living()
        sendSignal(-leader, 'SIGKILL')
        for (const pid of members) sendSignal(pid, 'SIGKILL')
        return members.length
      }
      const found = killAll()
      // Each look can miss only what was forked since the last one, and what was killed forks no more.
      for (let look = 0; look < 2 && found > 0; look++) killAll()
      return found
    },
    // A living system always has processes: an empty table means that there is none to look at.
    isGone: () => living().length === 0 && (processNames().length > 0 || !sendSignal(-leader, 0)),
  }
}

interface ProcessFacts {
  readonly parent: number
  readonly session: number
  /** Clock ticks since the system's start: with the process id it names one process for good. */
  readonly startedAt: string
}

type ProcessTable = ReadonlyMap<number, ProcessFacts>

/** Every living process; empty where there is no `/proc`. */
function processTable(): ProcessTable {
  const table = new Map<number, ProcessFacts>()
  for (const name of processNames()) {
    const facts = readFacts(name)
    if (facts) table.set(Number(name), facts)
  }
  return table
}

function processNames(): readonly string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  } catch {
    return []
  }
}

/** `pid (name) state parent group session …`, `starttime` is field 22; the name may hold anything, also `)`. @see proc(5) */
function readFacts(name: string): ProcessFacts | null {
  try {
    const line = readFileSync(`/proc/${name}/stat`, 'latin1')
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    const [state, parent, , session] = fields
    if (state === 'Z' || state === 'X') return null
    return { parent: Number(parent), session: Number(session), startedAt: fields[19] ?? '' }
  } catch {
    return null
  }
}

function membersIn(
  table: ProcessTable,
  leader: number,
  known: ReadonlyMap<number, string>,
): readonly number[] {
  const members = new Set<number>()
  for (const [pid, { session, startedAt }] of table) {
    if (session === leader || known.get(pid) === startedAt) members.add(pid)
  }
  for (const pid of table.keys()) if (descendsFrom(pid, members, table)) members.add(pid)
  return [...members]
}

function descendsFrom(pid: number, ancestors: ReadonlySet<number>, table: ProcessTable): boolean {
  let at = table.get(pid)?.parent ?? 0
  // A chain is never longer than the process table; the bound is against a table that changed under the read.
  for (let step = 0; at > 1 && step < table.size; step++) {
    if (ancestors.has(at)) return true
    at = table.get(at)?.parent ?? 0
  }
  return false
}

/** @returns False when it ended meanwhile, or is not ours to kill. Signal 0 only asks. */
function sendSignal(target: number, signal: 'SIGTERM' | 'SIGKILL' | 0): boolean {
  try {
    return process.kill(target, signal)
  } catch {
    return false
  }
}
