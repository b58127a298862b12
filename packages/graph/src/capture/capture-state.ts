import type { ApprovalRequest, JsonValue } from '@heddle/core'
import type { Author, GraphNode } from '../model.ts'
import { eventNodeId } from './node-id.ts'
import type { NewNode } from '../decision-graph.ts'
import { agentAuthor } from './capture-draft.ts'
import type { CaptureDraft } from './capture-draft.ts'

/** A decision or an option: something that can be taken, corrected and given up. */
export interface Way {
  readonly id: string
  readonly type: 'decision' | 'option'
  readonly title: string
  /** The decision that an option belongs to. */
  readonly question: string | null
}

/** What the session held before the run. */
export interface SessionMemory {
  /** The last goal. */
  readonly goal: GraphNode | null
  /** The last decision or chosen option. */
  readonly way: Way | null
  /** Options that nobody chose or rejected. */
  readonly open: readonly Way[]
}

/** What work rests on: a decision, an option, the goal, a plan or a revisit. */
export interface Basis {
  readonly id: string
  /** Of a decision or an option. */
  readonly way: Way | null
}

/** A tool call that is not over. */
export interface OpenCall {
  readonly name: string
  readonly input: JsonValue
  /** Who allowed it; empty when nobody was asked. */
  readonly allowedBy: string
  /** When it was begun: what a person says meanwhile is about later calls. */
  readonly basis: Basis
}

/** Where a run stands, as far as its next entries depend on it. Bounded, whatever the run does. */
export interface CaptureState {
  readonly runId: string
  readonly session: string
  readonly agent: Author
  readonly person: Author
  /** What the work serves: the goal, or for a child run the action of its parent. */
  goal: string
  /** Of the next action. */
  basis: Basis
  /** Decisions and options of this run and the last one before it, newest last. */
  ways: Way[]
  /** Options that were stated and wait for a choice, by label. */
  question: { readonly id: string; readonly options: ReadonlyMap<string, Way> } | null
  /** The ways of the last choice that nobody took yet, by label. */
  dropped: ReadonlyMap<string, Way>
  /** The titles of all ways of the last choice, by label. */
  labels: ReadonlyMap<string, string>
  /** Actions since the last test run; keys are a basis and a file, call ids, or ids of child runs. */
  actions: Map<string, string>
  /** Actions that the last test run judged. */
  judged: readonly string[]
  /** Child runs under way, and which agents they are of. */
  children: Map<string, string>
  /** What the next commit holds: actions and outcomes. */
  uncommitted: string[]
  /** The last change of each file, to see when it is taken back. */
  edits: Map<string, { readonly oldText: string; readonly newText: string }>
  calls: Map<string, OpenCall>
  asked: Map<string, ApprovalRequest>
  outcome: TestOutcome | null
  /** How the way would be changed, once work on it begins. */
  change: CourseChange | null
  /** What the agent said it would do, when no decision says so. */
  intent: string
  plan: { readonly id: string; readonly steps: string } | null
  lastText: string
  /** What was asked for, as a title. */
  readonly request: string
  /** How often a node was only seen again. */
  sightings: Map<string, number>
  isChild: boolean
}

export interface TestOutcome {
  readonly id: string
  readonly command: string
  readonly hasPassed: boolean
  readonly summary: string
  /** True once the way that led here was given up for it. */
  readonly isSettled: boolean
}

export interface CourseChange {
  /** Of the event that says so. */
  readonly seq: number
  readonly atMs: number
  /** What the new way is; empty when only the old one was taken back. */
  readonly title: string
  readonly description: string
  /** An option that is taken instead, when it is one that was stated. */
  readonly option: Way | null
}

/** One event being read. */
export interface Reading {
  readonly state: CaptureState
  readonly draft: CaptureDraft
  readonly seq: number
  readonly atMs: number
}

/** Actions between two test runs that are told apart; those beyond are joined. */
export const MOST_ACTIONS = 24
/** An agent may run the same tests a thousand times; each would rewrite the whole entry. */
const MOST_SIGHTINGS = 8
const MOST_WAYS = 32
const MOST_UNCOMMITTED = 64
const MOST_REMEMBERED = 64

/** Adds a node for the event. @returns Its id. */
export function addNode(
  { state, draft, seq, atMs }: Pick<Reading, 'state' | 'draft' | 'seq' | 'atMs'>,
  role: string,
  node: Omit<NewNode, 'id' | 'evidence' | 'session' | 'createdAtMs'>,
): string {
  const id = eventNodeId(state.runId, seq, role)
  const evidence = [{ runId: state.runId, seq }]
  draft.nodes.push({ author: state.agent, ...node, id, evidence, session: state.session, createdAtMs: atMs })
  return id
}

/** Changes a node because of the event. */
export function changeNode(
  { state, draft, seq }: Reading,
  id: string,
  change: Omit<CaptureDraft['changes'][number], 'id' | 'evidence'>,
): void {
  draft.changes.push({ id, ...change, evidence: [{ runId: state.runId, seq }] })
}

/** Adds the event to what a node rests on, as long as that says more than the times before. */
export function seeAgain(reading: Reading, id: string): void {
  const { sightings } = reading.state
  const times = (sightings.get(id) ?? 0) + 1
  remember(sightings, id, times)
  if (times <= MOST_SIGHTINGS) changeNode(reading, id, {})
}

/** From now on work rests on this way. */
export function followWay(state: CaptureState, way: Way): void {
  state.basis = { id: way.id, way }
  knowWay(state, way)
  state.intent = ''
}

export function knowWay(state: CaptureState, way: Way): void {
  state.ways = [...state.ways.filter(({ id }) => id !== way.id), way].slice(-MOST_WAYS)
}

export function keepUncommitted(state: CaptureState, id: string): void {
  if (!state.uncommitted.includes(id)) state.uncommitted = [...state.uncommitted, id].slice(-MOST_UNCOMMITTED)
}

/** Remembers the newest of a map's entries only. */
export function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  for (const oldest of map.keys()) {
    if (map.size <= MOST_REMEMBERED) break
    map.delete(oldest)
  }
}

/** Where a run begins. */
export function beginCapture(begin: {
  readonly runId: string
  readonly session: string
  readonly agent: string
  readonly person: string
  readonly goal: string
  readonly request: string
  readonly isChild: boolean
}): CaptureState {
  return {
    runId: begin.runId,
    session: begin.session,
    agent: agentAuthor(begin.agent),
    person: { kind: 'person', name: begin.person },
    goal: begin.goal,
    basis: { id: begin.goal, way: null },
    ways: [],
    question: null,
    dropped: new Map(),
    labels: new Map(),
    actions: new Map(),
    judged: [],
    children: new Map(),
    uncommitted: [],
    edits: new Map(),
    calls: new Map(),
    asked: new Map(),
    outcome: null,
    change: null,
    intent: '',
    plan: null,
    lastText: '',
    request: begin.request,
    sightings: new Map(),
    isChild: begin.isChild,
  }
}
