import { getToolName, isToolUIPart } from 'ai'
import type { ReactNode } from 'react'
import { partsToShow } from './chat-message.ts'
import type { ChatMessage } from './chat-message.ts'
import { RichText } from './rich-text.tsx'
import { ToolCard } from './tool-card.tsx'

/** One message: what the person said, or the steps of an answer. */
export function MessageView({ message, isLive }: { message: ChatMessage; isLive: boolean }): ReactNode {
  const parts = partsToShow(message.parts)
  if (parts.every((part) => part.type === 'step-start')) return null
  return (
    <article className={`message ${message.role}`} aria-label={message.role === 'user' ? 'You' : 'Heddle'}>
      {parts.map((part, index) => {
        if (part.type === 'text') return <RichText key={index} text={part.text} />
        if (part.type === 'reasoning') {
          return <Reasoning key={index} text={part.text} isLive={part.state === 'streaming' && isLive} />
        }
        if (isToolUIPart(part)) {
          return <ToolCard key={part.toolCallId} name={getToolName(part)} part={part} isLive={isLive} />
        }
        return null
      })}
      {!isLive && message.metadata?.usage && <Footer metadata={message.metadata} />}
    </article>
  )
}

function Reasoning({ text, isLive }: { text: string; isLive: boolean }): ReactNode {
  return (
    <details className="reasoning" open={isLive}>
      <summary>{isLive ? 'Thinking …' : 'Thoughts'}</summary>
      <p>{text}</p>
    </details>
  )
}

/** Why an answer stopped, where that is not simply the end. */
const STOPS: Readonly<Record<string, string>> = {
  length: 'cut at the output limit',
  refused: 'withheld by the provider',
  steps: 'stopped at the step limit',
}

function Footer({ metadata }: { metadata: NonNullable<ChatMessage['metadata']> }): ReactNode {
  const { usage, costMicroUsd, stop = '' } = metadata
  const tokens = (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0)
  const facts = [
    STOPS[stop],
    tokens > 0 ? `${tokens.toLocaleString('en')} tokens` : undefined,
    costMicroUsd ? `$${(costMicroUsd / 1_000_000).toFixed(4)}` : undefined,
  ].filter((fact) => fact !== undefined)
  return facts.length > 0 ? <footer>{facts.join(' · ')}</footer> : null
}
