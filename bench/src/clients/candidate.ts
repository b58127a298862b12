/** One piece of work, given to every candidate alike. */
export interface Task {
  /** OpenAI-compatible, ending in `/v1`. */
  readonly baseUrl: string
  readonly model: string
  readonly prompt: string
  /** Whether the model is offered the tool {@link NOOP}. */
  readonly hasTool: boolean
  /** Model turns the work takes, the final answer included. */
  readonly turns: number
}

/** What a consumer saw of the work; compared with what was asked for. */
export interface Tally {
  /** Pieces of text that were not empty. */
  deltas: number
  /** All of them, joined. */
  text: string
  turns: number
  toolCalls: number
}

/**
 * Does the task as a program that shows text while it arrives would: it is told every delta, runs every call,
 * and counts what it saw in the tally.
 *
 * @throws Anything, when the work could not be finished.
 */
export type Candidate = (task: Task, tally: Tally) => Promise<void>

/** The tool on offer; four calls of it make one step. */
export const NOOP = {
  name: 'noop',
  description: 'Does nothing and says ok.',
  inputSchema: { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] },
} as const

/** What the tool gets. */
export interface NoopInput {
  readonly id: number
}

/** What the tool gives. The identity of the call must have survived the way through the candidate. */
export function noop(input: NoopInput, tally: Tally): string {
  if (!Number.isInteger(input.id)) throw new Error(`The tool got ${JSON.stringify(input)} instead of an id.`)
  tally.toolCalls++
  return 'ok'
}
