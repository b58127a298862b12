/** A failure that a person can act on: its message is printed as it is, without a stack. */
export class UserError extends Error {}
