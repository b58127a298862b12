export { BACKWARD_TYPES, EDGE_TYPES } from './edge-types.ts'
export { GraphError } from './graph-error.ts'
export { mergeGraphs } from './exchange/merge-graphs.ts'
export type { MergedGraph } from './exchange/merge-graphs.ts'
export { graphExchange } from './exchange/graph-exchange.ts'
export type { GraphExchange, GraphExchangeOptions } from './exchange/graph-exchange.ts'
export type { ImportCount, ImportReport } from './exchange/import-graph.ts'
export { decisionGraph } from './sql/sql-decision-graph.ts'
export type { DecisionGraphOptions, DoubtNotice } from './sql/sql-decision-graph.ts'
export { pivot } from './pivot.ts'
export type { Pivot, Pivoted } from './pivot.ts'
export { rejections } from './queries/rejections.ts'
export type { Rejection } from './queries/rejections.ts'
export { restsOn } from './queries/rests-on.ts'
export type { Premise } from './queries/rests-on.ts'
export { similarDecisions } from './queries/similar-decisions.ts'
export type { Embed, SimilarOptions } from './queries/similar-decisions.ts'
export { timeline } from './queries/timeline.ts'
export type { TimelineOptions } from './queries/timeline.ts'
export type {
  Author,
  Doubt,
  EdgeType,
  Evidence,
  GraphEdge,
  GraphNode,
  Judgement,
  NodeStatus,
  NodeType,
} from './model.ts'
export type {
  ConfidenceEntry,
  Consultation,
  DecisionGraph,
  GraphBatch,
  GraphChange,
  GraphWritten,
  NewEdge,
  NewNode,
  NodeChange,
  NodeFilter,
  SearchHit,
  WalkOptions,
  WalkStep,
} from './decision-graph.ts'
export { captureSink } from './capture/capture-sink.ts'
export type { CaptureSinkOptions } from './capture/capture-sink.ts'
export { captureRun } from './capture/capture-run.ts'
export type { CaptureOptions } from './capture/capture-events.ts'
export { sessionOf } from './capture/session-of.ts'
export { autoLogCommits } from './capture/auto-log-commits.ts'
export type { AutoLogOptions, CommitLink, LoggedCommits } from './capture/auto-log-commits.ts'
export { gitIn } from './capture/git-runner.ts'
export type { GitRunner } from './capture/git-runner.ts'
export { confidenceAfter } from './confidence/confidence-rule.ts'
export type { Verdict, Weighed } from './confidence/confidence-rule.ts'
export { judgeDecisions } from './confidence/judge-decisions.ts'
export type { Finding } from './confidence/judge-decisions.ts'
export { contextBlock } from './context/context-block.ts'
export type { ContextOptions } from './context/context-block.ts'
export { rejectionGuard } from './context/rejection-guard.ts'
export type { GuardOptions } from './context/rejection-guard.ts'
export { withDecisions } from './context/with-decisions.ts'
export type { WithDecisionsOptions } from './context/with-decisions.ts'
export { decisionTools } from './tools/decision-tools.ts'
export type { DecisionToolsOptions } from './tools/decision-tools-options.ts'
export { enforcePreEdit } from './tools/enforce-pre-edit.ts'
export type { PreEditOptions } from './tools/enforce-pre-edit.ts'
export { narrative } from './report/narrative.ts'
export type { ReportScope } from './report/narrative.ts'
export { pulse } from './report/pulse.ts'
export type { Pulse, PulseOptions } from './report/pulse.ts'
export { writeup } from './report/writeup.ts'
export type { WriteupOptions } from './report/writeup.ts'
export { graphDot } from './draw/dot.ts'
export { graphMermaid } from './draw/mermaid.ts'
export { selectSubgraph } from './draw/subgraph.ts'
export type { Selection, Subgraph } from './draw/subgraph.ts'
export { graphSvg } from './draw/svg.ts'
