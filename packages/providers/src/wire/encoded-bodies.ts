import type { Message } from '@heddle/core'

/**
 * The JSON of one message.
 *
 * @param target - Whom it is for.
 * @param before - The latest message of which something is sent; `null` for the first.
 * @returns With what separates it from the one before; empty when nothing of it is sent.
 */
export type EncodeNext<Target> = (target: Target, message: Message, before: Message | null) => string

/** The text around a transcript. */
export interface BodyFrame {
  readonly opening: string
  readonly closing: string
}

/** The same, which may depend on whether anything is between. */
export interface BodyFrames {
  readonly full: BodyFrame
  readonly empty: BodyFrame
}

/** All of a body but its messages. */
export interface BodyAround extends BodyFrames {
  /** False for a body that has a transcript of its own already. */
  readonly takesMessages: boolean
}

/** One request's body: text while it is short. */
export type EncodedBody = string | EncodedBytes

/** A body that shares its memory with the next request's. */
export interface EncodedBytes {
  /** UTF-8. Nobody writes to it before `release`. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Says that the bytes were sent or copied: the conversation's next request writes on behind them. */
  release(): void
}

/** What was encoded of one conversation: `bytes` holds a head that ends at `start`, the transcript, and room. */
interface Conversation {
  /** Whose JSON is between `start` and `end`. */
  readonly messages: Message[]
  /** The latest of `messages` of which something is sent. */
  last: Message | null
  bytes: Uint8Array<ArrayBuffer>
  start: number
  end: number
  head: { readonly text: string; readonly length: number }
}

/**
 * Up to here a body is encoded anew each time, and nothing is kept of it: less than the keeping costs where thousands
 * of short conversations wait for their answers. In UTF-16 units.
 */
const MAX_TEXT_LENGTH = 4_096

/** Of a new conversation, in bytes; the head and the transcript have as much each. Doubled when it is full. */
const FIRST_ROOM = MAX_TEXT_LENGTH

const UTF8 = new TextEncoder()

/**
 * Encodes request bodies, the transcript of each from where the conversation's last request ended:
 * messages are immutable, so a turn of a long conversation costs what is new in it.
 *
 * A conversation is found by its latest message, goes on only if all its messages are the very same
 * objects, and is forgotten with that message. While its bytes are on their way nobody finds it: a fork,
 * or a second request at the same time, encodes everything anew into memory of its own.
 *
 * A class: a process may hold as many of these as it has agents.
 */
export class EncodedBodies<Target> {
  private readonly target: Target
  private readonly encodeNext: EncodeNext<Target>
  private conversations: WeakMap<Message, Conversation> | null = null

  /** @param target - Given on to `encodeNext`. */
  constructor(target: Target, encodeNext: EncodeNext<Target>) {
    this.target = target
    this.encodeNext = encodeNext
  }

  /** The body of a transcript, and of what stands around it. */
  encode(transcript: readonly Message[], { full, empty, takesMessages }: BodyAround): EncodedBody {
    const messages = takesMessages ? transcript : []
    const known = this.conversations && take(this.conversations, messages)
    const added = known ? messages.slice(known.messages.length) : messages
    let conversation = known
    let last = known?.last ?? null
    let text = ''
    for (const message of added) {
      const json = this.encodeNext(this.target, message, last)
      if (json === '') continue
      last = message
      text += json
      if (text.length > MAX_TEXT_LENGTH) {
        write((conversation ??= begin()), text)
        text = ''
      }
    }
    const { opening, closing } = last === null ? empty : full
    if (conversation === null && opening.length + text.length + closing.length <= MAX_TEXT_LENGTH) {
      return opening + text + closing
    }
    conversation ??= begin()
    write(conversation, text)
    for (const message of added) conversation.messages.push(message)
    conversation.last = last
    const first = writeHead(conversation, opening)
    const { end } = conversation
    write(conversation, closing)
    const bytes = conversation.bytes.subarray(first, conversation.end)
    // The next message overwrites the closing text.
    conversation.end = end
    return { bytes, release: () => this.keep(conversation) }
  }

  private keep(conversation: Conversation): void {
    const tip = conversation.messages.at(-1)
    if (tip) (this.conversations ??= new WeakMap<Message, Conversation>()).set(tip, conversation)
  }
}

function begin(): Conversation {
  return {
    messages: [],
    last: null,
    bytes: new Uint8Array(2 * FIRST_ROOM),
    start: FIRST_ROOM,
    end: FIRST_ROOM,
    head: { text: '', length: 0 },
  }
}

/** Takes out the longest conversation that this transcript continues. */
function take(
  conversations: WeakMap<Message, Conversation>,
  messages: readonly Message[],
): Conversation | null {
  for (let at = messages.length - 1; at >= 0; at--) {
    const tip = messages[at]
    const found = tip && conversations.get(tip)
    if (tip && found?.messages.length === at + 1 && isBeginning(found.messages, messages)) {
      conversations.delete(tip)
      return found
    }
  }
  return null
}

function isBeginning(known: readonly Message[], messages: readonly Message[]): boolean {
  return known.every((message, at) => message === messages[at])
}

/** Writes behind the transcript. */
function write(conversation: Conversation, text: string): void {
  for (let rest = text; rest !== '';) {
    // Nearly all of JSON is ASCII, a byte per letter; but 3 bytes may be needed to get on at all.
    makeRoom(conversation, Math.max(rest.length, 3))
    const { read, written } = UTF8.encodeInto(rest, conversation.bytes.subarray(conversation.end))
    conversation.end += written
    rest = rest.slice(read)
  }
}

function makeRoom(conversation: Conversation, count: number): void {
  const { bytes, end } = conversation
  if (end + count <= bytes.length) return
  // Unlike a copy, a transfer frees the old memory at once.
  conversation.bytes = new Uint8Array(bytes.buffer.transfer(Math.max(end + count, 2 * bytes.length)))
}

/** @returns Where the head begins. */
function writeHead(conversation: Conversation, text: string): number {
  if (text !== conversation.head.text) {
    const head = UTF8.encode(text)
    const { bytes, start, end } = conversation
    if (head.length > start) {
      conversation.bytes = new Uint8Array(bytes.length - start + head.length)
      conversation.bytes.set(bytes.subarray(start, end), head.length)
      conversation.start = head.length
      conversation.end = end - start + head.length
    }
    conversation.bytes.set(head, conversation.start - head.length)
    conversation.head = { text, length: head.length }
  }
  return conversation.start - conversation.head.length
}
