import type { DurableEvent } from '@heddle/core'
import type { DecisionGraph } from '../decision-graph.ts'
import { emptyDraft, isEmpty } from './capture-draft.ts'
import type { CaptureDraft } from './capture-draft.ts'
import type { CaptureState } from './capture-state.ts'
import { foldEvent } from './fold-event.ts'
import { foldStarted } from './fold-request.ts'
import type { GitRunner } from './git-runner.ts'
import { rememberSession } from './remember-session.ts'
import { sessionOf } from './session-of.ts'
import { writeDraft } from './write-draft.ts'

/** How a capture names things, and what it may ask. */
export interface CaptureOptions {
  /**
   * The session that nodes belong to: a name, or the name for a run. Default: what core's session calls it
   * (`chat` for the run `chat.3`), or the run itself; child runs belong to that of their parent.
   */
  readonly session?: string | ((runId: string) => string)
  /** Who the user is, in titles and as author. Default `user`. */
  readonly person?: string
  /** Completes the short hashes that `git commit` prints. Without one, commits are recorded by their subject only. */
  readonly git?: GitRunner
}

/** A run being captured. */
export interface CapturedRun {
  state: CaptureState | null
  /** Of the last event that was read. */
  seq: number
}

/** One write goes out for so many entries, so that a long log is no single transaction. */
const MOST_ENTRIES = 500

/**
 * Reads events of one run that follow on those read before, and writes what they became.
 *
 * @param captured - Where the run stands; changed.
 */
export async function captureEvents(
  graph: DecisionGraph,
  captured: CapturedRun,
  events: readonly DurableEvent[],
  options: CaptureOptions,
): Promise<void> {
  const git = options.git ?? null
  let pending = emptyDraft()
  for (const event of events) {
    const draft = await read(graph, captured, event, options)
    // Findings are about what the graph holds, so what came before them has to be there.
    if (draft.findings.length > 0 || pending.nodes.length + pending.changes.length > MOST_ENTRIES) {
      await writeDraft(graph, pending, git)
      pending = emptyDraft()
    }
    if (!isEmpty(draft)) join(pending, draft)
    if (draft.findings.length > 0) {
      await writeDraft(graph, pending, git)
      pending = emptyDraft()
    }
  }
  await writeDraft(graph, pending, git)
}

async function read(
  graph: DecisionGraph,
  captured: CapturedRun,
  event: DurableEvent,
  { session = sessionOf, person = 'user' }: CaptureOptions,
): Promise<CaptureDraft> {
  const draft = emptyDraft()
  captured.seq = event.seq
  if (event.type === 'run.started') {
    const name = typeof session === 'string' ? session : session(event.runId)
    const memory = event.parent
      ? { goal: null, way: null, open: [] }
      : await rememberSession(graph, name, event)
    captured.state = foldStarted(event, { session: name, person, memory }, draft)
  } else if (captured.state) {
    foldEvent({ state: captured.state, draft, seq: event.seq, atMs: event.atMs }, event)
  }
  return draft
}

function join(pending: CaptureDraft, { nodes, edges, changes, findings }: CaptureDraft): void {
  pending.nodes.push(...nodes)
  pending.edges.push(...edges)
  pending.changes.push(...changes)
  pending.findings.push(...findings)
}
