import { eventNodeId } from './node-id.ts'

/**
 * The id of a node that a decision tool makes for a call: the same for every attempt at the call, and known to
 * the capture, which lets later work rest on it.
 *
 * @param role - The node's type; with a number where a call makes several of one type.
 */
export function loggedNodeId(callId: string, role: string): string {
  return eventNodeId(callId, 0, role)
}
