/** A failure of the bench that its user can act on: the message is printed alone, without a stack. */
export class BenchError extends Error {}
