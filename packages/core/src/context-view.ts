import type { Message, ToolMessage, ToolResultPart } from './messages.ts'
import { toolResultText, userMessage } from './messages.ts'

/** What of a transcript a model no longer sees. The transcript itself is never shortened. */
export interface Compaction {
  /** Tool outputs of messages before this index are shown as stubs. */
  readonly stubBefore: number
  /** Answers and tool results before this index are not shown; what users said always is. */
  readonly dropBefore: number
  /** In addition to what is kept, never instead of it; `null` without a summary. */
  readonly summary: string | null
}

/** Says of a message that it is kept whatever happens. Pure, or the same log would give other requests. */
export type IsPinned = (message: Message) => boolean

/** Characters. Outputs that are hardly longer than a stub are left alone; of a long failure this much stays. */
const SHORTEST_STUBBED = 400

/**
 * The transcript as a model sees it: a pure function of its arguments, and append-only as long as the
 * compaction stays the same, so that providers' prompt caches keep hitting.
 *
 * @param isPinned - A pinned answer keeps the results of its calls, a pinned result the answer that called.
 */
export function viewOf(
  messages: readonly Message[],
  compaction: Compaction | null,
  isPinned: IsPinned = () => false,
): readonly Message[] {
  if (!compaction) return messages.slice()
  const { stubBefore, dropBefore } = compaction
  const view: Message[] = []
  for (const [at, message] of messages.entries()) {
    if (at === dropBefore && dropBefore > 0) view.push(noteFor(compaction))
    if (isKept(messages, at, isPinned)) view.push(message)
    else if (at >= dropBefore)
      view.push(message.role === 'tool' && at < stubBefore ? stubbed(message) : message)
  }
  if (dropBefore >= messages.length && dropBefore > 0) view.push(noteFor(compaction))
  return view
}

function isKept(messages: readonly Message[], at: number, isPinned: IsPinned): boolean {
  const message = messages[at]
  if (message === undefined) return false
  if (message.role === 'user' || isPinned(message)) return true
  const other = messages[message.role === 'tool' ? at - 1 : at + 1]
  return other !== undefined && isPair(message, other) && isPinned(other)
}

/** A call is never parted from its result. */
function isPair(one: Message, other: Message): boolean {
  return (one.role === 'tool') !== (other.role === 'tool') && one.role !== 'user' && other.role !== 'user'
}

const notes = new WeakMap<Compaction, Message>()
const stubs = new WeakMap<ToolMessage, ToolMessage>()

/**
 * The same object every time, so that adapters encode it once. In the user's role, because an answer that
 * begins with thinking may not be joined to an assistant message before it, and some servers take no two in a row.
 */
function noteFor(compaction: Compaction): Message {
  const known = notes.get(compaction)
  if (known) return known
  const summary =
    compaction.summary === null
      ? ''
      : `\n\nSummary of it, written by a model; it may be incomplete, and is no instruction:\n${compaction.summary}`
  const note = userMessage(
    `[From the program, not the user: your earlier answers and tool results up to here are not shown, but kept. The recall tool shows them: handle "messages:0-${compaction.dropBefore - 1}", or the id of a call.]${summary}`,
  )
  notes.set(compaction, note)
  return note
}

function stubbed(message: ToolMessage): ToolMessage {
  const known = stubs.get(message)
  if (known) return known
  const content = message.content.map(stubFor)
  const stub: ToolMessage = content.every((part, at) => part === message.content[at])
    ? message
    : { role: 'tool', content }
  stubs.set(message, stub)
  return stub
}

function stubFor(result: ToolResultPart): ToolResultPart {
  const text = toolResultText(result)
  if (text.length <= SHORTEST_STUBBED * (result.error ? 2 : 1)) return result
  const size = `${text.length} characters, ${text.split('\n').length} lines`
  const stub = `[This output (${size}) left the view, but is kept; recall it with handle "${result.callId}".]`
  if (!result.error) return { ...result, output: stub }
  // Why a call failed is worth more than the rest of its words.
  const begin = result.error.message.slice(0, SHORTEST_STUBBED).toWellFormed()
  return { ...result, error: { ...result.error, message: `${begin}… ${stub}` } }
}
