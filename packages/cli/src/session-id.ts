import { systemRuntime } from '@heddle/core'

/** A name for a conversation, `chat_` and 16 letters; its runs are `<name>.1`, `<name>.2` and so on, as core's sessions name theirs. */
export function newSessionId(): string {
  return systemRuntime.newId('chat')
}

/** @param number - From 1. */
export function runIdIn(session: string, number: number): string {
  return `${session}.${number}`
}
