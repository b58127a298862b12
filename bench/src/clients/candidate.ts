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

/** The program that a candidate works for: it is told everything as it happens. */
export interface Consumer {
  /** A piece of text that is not empty. When it gives a promise, the candidate reads on once that has resolved. */
  onText(delta: string): Promise<void> | undefined
  /** The end of a model turn. */
  onTurn(): void
  /** One call of the tool {@link NOOP}. */
  onToolCall(): void
}

/**
 * Does the task as a program that shows text while it arrives would: the consumer is told every delta, turn and
 * call.
 *
 * @throws Anything, when the work could not be finished.
 */
export type Candidate = (task: Task, consumer: Consumer) => Promise<void>

/** A consumer that counts what it sees, and joins the text. */
export function countingConsumer(): { readonly tally: Tally; readonly consumer: Consumer } {
  const tally: Tally = { deltas: 0, text: '', turns: 0, toolCalls: 0 }
  const consumer: Consumer = {
    onText(delta) {
      tally.deltas++
      tally.text += delta
      return undefined
    },
    onTurn() {
      tally.turns++
    },
    onToolCall() {
      tally.toolCalls++
    },
  }
  return { tally, consumer }
}

/** The tool on offer. */
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
export function noop(input: NoopInput, consumer: Consumer): string {
  if (!Number.isInteger(input.id)) throw new Error(`The tool got ${JSON.stringify(input)} instead of an id.`)
  consumer.onToolCall()
  return 'ok'
}
