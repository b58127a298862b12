import { ConfigError } from './errors.ts'
import type { Message } from './messages.ts'

/**
 * @param last - What a model is to answer.
 * @throws ConfigError `config.invalid` when that is nothing, an answer, or a message without any words or files.
 */
export function checkAnswerable(last: Message | undefined): void {
  if (last && last.role !== 'assistant' && !isBlank(last)) return
  throw new ConfigError(
    'config.invalid',
    'There is nothing to answer; pass a prompt that is not blank, or messages that end with a user message or tool results.',
  )
}

function isBlank(message: Message): boolean {
  return (
    message.role === 'user' &&
    message.content.every((part) => part.type === 'text' && part.text.trim() === '')
  )
}
