import type { DynamicToolUIPart, ToolUIPart, UIMessage } from 'ai'
import type { UiRunMetadata } from '@heddle/web-sse'

/** Parts that Heddle adds of its own. */
export interface HeddleData {
  /** What the step told before is void. */
  readonly 'heddle-reset': { readonly turn: number }
  readonly [name: string]: unknown
}

/** A message as the server of this example streams it. */
export type ChatMessage = UIMessage<UiRunMetadata, HeddleData>
export type AnyToolPart = ToolUIPart | DynamicToolUIPart

/** The parts to show: a step that was told anew begins after its last `data-heddle-reset`. */
export function partsToShow(parts: ChatMessage['parts']): ChatMessage['parts'] {
  const shown: ChatMessage['parts'] = []
  for (const part of parts) {
    if (part.type === 'data-heddle-reset')
      shown.splice(shown.findLastIndex(({ type }) => type === 'step-start') + 1)
    else shown.push(part)
  }
  return shown
}
