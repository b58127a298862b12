export { GraphError } from './graph-error.ts'
export { decisionGraph } from './sql/sql-decision-graph.ts'
export type { DecisionGraphOptions, DoubtNotice } from './sql/sql-decision-graph.ts'
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
