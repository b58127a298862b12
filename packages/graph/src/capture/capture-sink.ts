import { isDurable } from '@heddle/core'
import type { DurableEvent, RunLog, Sink } from '@heddle/core'
import type { DecisionGraph } from '../decision-graph.ts'
import { GraphError } from '../graph-error.ts'
import { captureEvents } from './capture-events.ts'
import type { CapturedRun, CaptureOptions } from './capture-events.ts'
import { captureUpTo } from './capture-run.ts'

/** What {@link captureSink} may be told. */
export interface CaptureSinkOptions extends CaptureOptions {
  /**
   * Where the runs are recorded. Needed for runs that go on after a pause or a crash in another process: what
   * went before is read from it, and what was missed then is captured.
   */
  readonly log?: RunLog
}

/** Runs that are remembered between two batches; one that was forgotten is read from the log again. */
const MOST_RUNS = 1_024

/**
 * A sink that fills a decision graph from what runs do, without the model's cooperation: goals, options and
 * choices, refusals, edits, test runs, changes of course, commits, what sub-agents did. One sink serves
 * any number of runs; what it recognises stands in the guide "Decisions".
 *
 * A batch of events is one transaction, or none when it holds nothing worth keeping. The ids of what is
 * written follow from the events, so that a second reading writes nothing twice. When the graph cannot be
 * written, the run goes on and its result names the error in `sinkErrors`; `captureRun` makes up for it.
 *
 * @throws GraphError `graph.invalid` from `write` when a run is heard from the middle and there is no log.
 */
export function captureSink(graph: DecisionGraph, options: CaptureSinkOptions = {}): Sink {
  const runs = new Map<string, CapturedRun>()

  const capture = async (
    runId: string,
    events: readonly DurableEvent[],
    first: DurableEvent,
  ): Promise<void> => {
    const known = runs.get(runId)
    // Whatever goes wrong, the next batch must not be taken to follow on the one before.
    runs.delete(runId)
    const captured = known?.seq === first.seq - 1 ? known : await catchUp(graph, options, { runId, first })
    await captureEvents(graph, captured, events, options)
    if (events.at(-1)?.type !== 'run.ended') runs.set(runId, captured)
    if (runs.size > MOST_RUNS) runs.delete([...runs.keys()][0] ?? '')
  }
  return {
    write(events, { runId }) {
      const durable = events.filter(isDurable)
      const [first] = durable
      return first ? capture(runId, durable, first) : undefined
    },
  }
}

async function catchUp(
  graph: DecisionGraph,
  { log, ...options }: CaptureSinkOptions,
  { runId, first }: { readonly runId: string; readonly first: DurableEvent },
): Promise<CapturedRun> {
  if (first.seq === 1) return { state: null, seq: 0 }
  if (log) return captureUpTo(graph, { log, runId, lastSeq: first.seq - 1 }, options)
  throw new GraphError(
    'graph.invalid',
    `Run ${runId} is heard from its event ${first.seq} on; give captureSink the log to read what went before.`,
  )
}
