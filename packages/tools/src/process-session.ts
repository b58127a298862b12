import { randomUUID } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'

/**
 * The variable that tells a command's processes from all others. A child inherits it, also one that made a
 * session of its own and whose parents have died.
 */
const MARKER_NAME = 'HEDDLE_COMMAND'

/** How the markers of all commands of this process begin; the keeper looks for it when we are dead. */
export const OWN_MARKERS: string = `${MARKER_NAME}=${randomUUID()}`

let commands = 0

/** A new marker, for the environment of one command: name and value. */
export function newMarker(): readonly [name: string, value: string] {
  return [MARKER_NAME, `${OWN_MARKERS.slice(MARKER_NAME.length + 1)}.${++commands}`]
}

/**
 * All that a command started. A command leads a session of its own, and the session is what gets killed: the
 * process group alone would not do, since `timeout 60 npm test` and shells with job control put their
 * children in other groups. What left the session is found by its parents as long as they live, and by the
 * marker in its environment.
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

/** Enough for a family that forks while it is killed; each look costs a millisecond or two. */
const MAX_LOOKS = 20

/**
 * @param leader - Process id of a process that was just started, detached.
 * @param marker - What {@link newMarker} gave for its environment.
 */
export function processSession(leader: number, marker: readonly [string, string]): ProcessSession {
  const traits: SessionTraits = {
    leader,
    mark: marker.join('='),
    bornAt: readFacts(String(leader))?.startedAt ?? 0,
    known: new Map(),
  }

  const living = (): readonly number[] => {
    const table = processTable()
    const members = membersIn(table, traits)
    for (const pid of members) traits.known.set(pid, table.get(pid)?.startedAt ?? 0)
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
      const killed = new Set<number>()
      // What was killed forks no more, so every look can only miss what was forked since the one before.
      for (let look = 0; look < MAX_LOOKS; look++) {
        const members = living()
        sendSignal(-leader, 'SIGKILL')
        for (const pid of members) sendSignal(pid, 'SIGKILL')
        if (members.every((pid) => killed.has(pid))) break
        for (const pid of members) killed.add(pid)
      }
      return killed.size
    },
    // A living system always has processes: an empty table means that there is none to look at.
    isGone: () => living().length === 0 && (processNames().length > 0 || !sendSignal(-leader, 0)),
  }
}

/** How the processes of a session are known. */
interface SessionTraits {
  readonly leader: number
  /** `NAME=value` in the environment. */
  readonly mark: string
  /** Nothing that is older than the leader can be its child. */
  readonly bornAt: number
  /** Once found is found, with its start: when its parent has died, a process may have no other trait left. */
  readonly known: Map<number, number>
}

interface ProcessFacts {
  readonly parent: number
  readonly session: number
  /** Clock ticks since the system's start: with the process id it names one process for good. */
  readonly startedAt: number
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
    return { parent: Number(parent), session: Number(session), startedAt: Number(fields[19]) }
  } catch {
    return null
  }
}

function membersIn(table: ProcessTable, { leader, mark, bornAt, known }: SessionTraits): readonly number[] {
  const members = new Set<number>()
  for (const [pid, { session, startedAt }] of table) {
    if (session === leader || known.get(pid) === startedAt) members.add(pid)
    else if (startedAt >= bornAt && isMarked(pid, mark)) members.add(pid)
  }
  for (const pid of table.keys()) if (descendsFrom(pid, members, table)) members.add(pid)
  return [...members]
}

/** False also for what belongs to another user, or hides its environment. @see proc_pid_environ(5) */
function isMarked(pid: number, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark)
  } catch {
    return false
  }
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
