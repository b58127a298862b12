import { eventNodeId } from './node-id.ts'

/** A tool call, as its context names it. */
export interface CallOfRun {
  readonly runId: string
  readonly callId: string
}

/**
 * The id of a node that a decision tool makes for a call: the same for every attempt at the call, and known to
 * the capture, which lets later work rest on it.
 *
 * @param role - The node's type; with a number where a call makes several of one type.
 */
export function loggedNodeId({ runId, callId }: CallOfRun, role: string): string {
  return eventNodeId(runId, 0, `${callId} ${role}`)
}
