import { AgentError } from '@heddle/core'

/**
 * A graph that could not be read or written; its codes begin with `graph.`. `graph.failed` is retryable when
 * the database may answer later; the others are the writer's to mend.
 */
export class GraphError extends AgentError {}
