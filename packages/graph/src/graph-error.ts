import { AgentError } from '@heddle/core'

/**
 * A graph that could not be read or written; its codes begin with `graph.`. `graph.failed` is retryable when
 * the database may answer later; the others are the writer's to mend.
 */
export class GraphError extends AgentError {}

/** A value outside its range; the sentence says which, and what is allowed. */
export function invalid(message: string): GraphError {
  return new GraphError('graph.invalid', message)
}
