import { answerPrompt } from './conversation.ts'
import type { Conversation } from './conversation.ts'
import { obey } from './slash-commands.ts'
import type { Reply } from './slash-commands.ts'

/**
 * Answers a prompt, or obeys a command such as `/model`.
 *
 * @param signal - Aborting it ends the answer.
 */
export async function reply(conversation: Conversation, said: string, signal: AbortSignal): Promise<Reply> {
  const command = /^\/([a-z]+)(?:\s+([^\n]*))?$/.exec(said.trim())
  if (command) return obey(conversation, command[1] ?? '', command[2]?.trim() ?? '')
  return { exitCode: await answerPrompt(conversation, said, signal), leaves: false }
}
