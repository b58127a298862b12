import { useChat } from '@ai-sdk/react'
import { DefaultChatTransport } from 'ai'
import { useEffect, useRef, useState } from 'react'
import type { ReactNode } from 'react'
import type { About } from '../chat-app.ts'
import type { ChatMessage } from './chat-message.ts'
import { Composer } from './composer.tsx'
import { MessageView } from './message-view.tsx'
import { Welcome } from './welcome.tsx'

/** Rendering more often than the eye sees would only heat the machine. */
const RENDER_EVERY_MS = 50

/** The whole page: who answers, the conversation, and where one types. */
export function App(): ReactNode {
  // Ids of the chat are the page's own; the server keeps nothing.
  const [transport] = useState(() => new DefaultChatTransport<ChatMessage>({ api: '/api/chat' }))
  const { messages, sendMessage, setMessages, regenerate, stop, status, error, clearError } =
    useChat<ChatMessage>({
      transport,
      experimental_throttle: RENDER_EVERY_MS,
    })
  const about = useAbout()
  const isBusy = status === 'submitted' || status === 'streaming'
  const bottom = useFollowedBottom(messages)

  const send = (text: string): void => {
    clearError()
    void sendMessage({ text })
  }
  const startOver = (): void => {
    void stop()
    clearError()
    setMessages([])
  }

  return (
    <div className="page">
      <header className="bar">
        <Mark />
        <h1>Heddle</h1>
        {about && (
          <span className="model" title={about.detail}>
            {about.model}
          </span>
        )}
        <button type="button" className="quiet" onClick={startOver} disabled={messages.length === 0}>
          New chat
        </button>
      </header>
      <main aria-label="Conversation" aria-busy={isBusy}>
        {messages.length === 0 && <Welcome about={about} onPick={send} />}
        {messages.map((message, index) => (
          <MessageView key={message.id} message={message} isLive={isBusy && index === messages.length - 1} />
        ))}
        {status === 'submitted' && <p className="thinking" aria-label="Waiting for the model" />}
        {error && (
          <div className="failure" role="alert">
            <p>{error.message}</p>
            <button type="button" onClick={() => void regenerate()}>
              Try again
            </button>
          </div>
        )}
        <div ref={bottom} />
      </main>
      <Composer isBusy={isBusy} onSend={send} onStop={() => void stop()} />
    </div>
  )
}

function useAbout(): About | null {
  const [about, setAbout] = useState<About | null>(null)
  useEffect(() => {
    const leave = new AbortController()
    fetch('/api/about', { signal: leave.signal })
      .then((response) => response.json() as Promise<About>)
      .then(setAbout, () => undefined)
    return () => leave.abort()
  }, [])
  return about
}

/** Keeps the newest words in sight while the reader is at the bottom; one who scrolled up is left alone. */
function useFollowedBottom(messages: readonly ChatMessage[]): React.RefObject<HTMLDivElement | null> {
  const bottom = useRef<HTMLDivElement | null>(null)
  useEffect(() => {
    const { scrollHeight, scrollTop, clientHeight } = document.documentElement
    const isNear = scrollHeight - scrollTop - clientHeight < 160
    const isAsking = messages.at(-1)?.role === 'user'
    if (isNear || isAsking) bottom.current?.scrollIntoView({ block: 'end' })
  }, [messages])
  return bottom
}

function Mark(): ReactNode {
  return (
    <svg className="mark" viewBox="0 0 24 24" aria-hidden="true">
      <path d="M6 3v18M12 3v18M18 3v18" />
      <path d="M2.5 8.5h5M10.5 8.5h11M2.5 15.5h11M16.5 15.5h5" />
    </svg>
  )
}
