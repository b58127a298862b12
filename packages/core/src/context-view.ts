import type { Message, ToolMessage, ToolResultPart } from './messages.ts'
import { assistantMessage } from './messages.ts'

/** What of a transcript a model no longer sees. The transcript itself is never shortened. */
export interface Compaction {
  /** Tool outputs of messages before this index are shown as stubs. */
  readonly stubBefore: number
  /** Answers and tool results before this index are not shown; what users said always is. */
  readonly dropBefore: number
  /** In addition to what is kept, never instead of it; `null` without a summary. */
  readonly summary: string | null
}

/** Outputs that are hardly longer than a stub are left alone. */
const SHORTEST_STUBBED = 400

/**
 * The transcript as a model sees it: a pure function of both arguments, and append-only as long as the
 * compaction stays the same, so that providers' prompt caches keep hitting.
 *
 * @param isPinned - Messages that are kept whatever happens, with the results that belong to them.
 */
export function viewOf(
  messages: readonly Message[],
  compaction: Compaction | null,
  isPinned: (message: Message) => boolean = () => false,
): readonly Message[] {
  if (!compaction) return messages.slice()
  const { stubBefore, dropBefore } = compaction
  const view: Message[] = []
  for (const [at, message] of messages.entries()) {
    const isKept =
      message.role === 'user' ||
      isPinned(message) ||
      (message.role === 'tool' && isPinnedAt(messages, at, isPinned))
    if (at === dropBefore && dropBefore > 0) view.push(noteFor(compaction))
    if (isKept || at >= stubBefore) view.push(message)
    else if (at >= dropBefore) view.push(message.role === 'tool' ? stubbed(message) : message)
  }
  if (dropBefore >= messages.length && dropBefore > 0) view.push(noteFor(compaction))
  return view
}

/** Results stay with their call, so a pinned answer keeps them. */
function isPinnedAt(
  messages: readonly Message[],
  at: number,
  isPinned: (message: Message) => boolean,
): boolean {
  const before = messages[at - 1]
  return before !== undefined && isPinned(before)
}

const notes = new WeakMap<Compaction, Message>()
const stubs = new WeakMap<ToolMessage, ToolMessage>()

/** The same object every time, so that adapters encode it once. */
function noteFor(compaction: Compaction): Message {
  const known = notes.get(compaction)
  if (known) return known
  const summary =
    compaction.summary === null ? '' : `\n\nSummary of it, which may be incomplete:\n${compaction.summary}`
  const note = assistantMessage(
    `[My earlier answers and tool results up to here are not shown, but kept. The recall tool shows them: handle "messages:0-${compaction.dropBefore - 1}", or the id of a call.]${summary}`,
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
  const text = typeof result.output === 'string' ? result.output : JSON.stringify(result.output)
  if (result.status !== 'ok' || text.length <= SHORTEST_STUBBED) return result
  const lines = text.split('\n').length
  const output = `[This output (${text.length} characters, ${lines} lines) left the view, but is kept; recall it with handle "${result.callId}".]`
  return { ...result, output }
}
