import type { DurableEvent, RunLog } from '@heddle/core'
import type { DecisionGraph } from '../decision-graph.ts'
import { captureEvents } from './capture-events.ts'
import type { CapturedRun, CaptureOptions } from './capture-events.ts'

/** Events read from a log at a time. */
const EVENTS_AT_ONCE = 256

/**
 * Captures a run, and the runs that it started, from the log: a run that nobody captured when it went on, or
 * only a part of it. What the graph has already is left as it is, so it may be called again at any time.
 * An unknown run captures nothing.
 *
 * @throws GraphError `graph.failed` when the graph cannot be written; LogError when the log cannot be read.
 */
export async function captureRun(
  graph: DecisionGraph,
  log: RunLog,
  runId: string,
  options: CaptureOptions = {},
): Promise<void> {
  const children = new Set<string>()
  await captureUpTo(graph, { log, runId, lastSeq: Infinity }, options, (event) => {
    if (event.type === 'child.started') children.add(event.runId)
  })
  for (const child of children) await captureRun(graph, log, child, options)
}

/**
 * Captures the events of a log up to `lastSeq`.
 *
 * @returns Where the run stands then.
 */
export async function captureUpTo(
  graph: DecisionGraph,
  { log, runId, lastSeq }: { readonly log: RunLog; readonly runId: string; readonly lastSeq: number },
  options: CaptureOptions,
  hear: (event: DurableEvent) => void = () => undefined,
): Promise<CapturedRun> {
  const captured: CapturedRun = { state: null, seq: 0 }
  let events: DurableEvent[] = []
  for await (const event of log.read(runId)) {
    if (event.seq > lastSeq) break
    hear(event)
    events.push(event)
    if (events.length < EVENTS_AT_ONCE) continue
    await captureEvents(graph, captured, events, options)
    events = []
  }
  await captureEvents(graph, captured, events, options)
  return captured
}
