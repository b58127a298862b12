import { AbstractChat, DefaultChatTransport } from 'ai'
import type { ChatInit, ChatState, ChatStatus, UIMessage } from 'ai'

/** What `useChat` keeps in React state, in plain fields. */
class PlainState implements ChatState<UIMessage> {
  status: ChatStatus = 'ready'
  error: Error | undefined = undefined
  messages: UIMessage[] = []

  pushMessage(message: UIMessage): void {
    this.messages = [...this.messages, message]
  }
  popMessage(): void {
    this.messages = this.messages.slice(0, -1)
  }
  replaceMessage(index: number, message: UIMessage): void {
    this.messages = this.messages.with(index, message)
  }
  snapshot<T>(thing: T): T {
    return structuredClone(thing)
  }
}

/** The client of the AI SDK that `useChat` is made of, without React. */
export class PageChat extends AbstractChat<UIMessage> {
  constructor(api: string, init: Partial<ChatInit<UIMessage>> = {}) {
    super({
      transport: new DefaultChatTransport({ api }),
      generateId: countedIds(),
      ...init,
      state: new PlainState(),
    })
  }
}

function countedIds(): () => string {
  let count = 0
  return () => `page-${++count}`
}
