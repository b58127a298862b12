/** What `decisionTools` may be told. */
export interface DecisionToolsOptions {
  /** The session of a run, as for `captureSink`. Default: the name that core's session gave it, or the run itself. */
  readonly session?: (runId: string) => string
  /** Author of what is logged. Default `agent`. */
  readonly agent?: string
}
