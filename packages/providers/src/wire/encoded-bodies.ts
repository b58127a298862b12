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

/** What was encoded of one conversation. */
interface Conversation {
  /** For whom. */
  readonly target: object
  readonly messages: readonly Message[]
  /** The latest of `messages` of which something is sent. */
  readonly last: Message | null
  /** The JSON of all, as text or in `memory`. */
  readonly text: string
  readonly memory: Memory | null
}

/** Holds a head that ends at `start`, the transcript up to `end`, and room. */
interface Memory {
  bytes: Uint8Array<ArrayBuffer>
  start: number
  end: number
  head: { readonly text: string; readonly length: number }
}

/** Up to here a body is text, which costs less than memory of its own and goes out in one piece with its headers. In UTF-16 units. */
const MAX_TEXT_LENGTH = 16 * 1024

/** Of a new conversation's head and transcript each, in bytes. Doubled when it is full. */
const ROOM = MAX_TEXT_LENGTH

const UTF8 = new TextEncoder()

/** By their latest message, with which they are forgotten. One for all models: of these, a process may have thousands. */
const conversations = new WeakMap<Message, Conversation>()

/**
 * Encodes a request's body, the transcript from where the conversation's last request ended: messages are
 * immutable, so a turn of a long conversation costs what is new in it.
 *
 * A conversation is found by its latest message, and goes on only if all its messages are the very same
 * objects. While its bytes are on their way nobody finds it: a fork, or a second request at the same time,
 * encodes everything anew into memory of its own.
 *
 * @param target - Given on to `encodeNext`; what was encoded for one goes on for the very same one only.
 */
export function encodedBody<Target extends object>(
  target: Target,
  encodeNext: EncodeNext<Target>,
  transcript: readonly Message[],
  { full, empty, takesMessages }: BodyAround,
): EncodedBody {
  const messages = takesMessages ? transcript.slice() : []
  const known = take(target, messages)
  let { last, text, memory } = known ?? NOTHING
  for (let at = known?.messages.length ?? 0; at < messages.length; at++) {
    const message = messages[at] as Message
    const json = encodeNext(target, message, last)
    if (json === '') continue
    last = message
    text += json
    if (text.length <= MAX_TEXT_LENGTH) continue
    write((memory ??= newMemory()), text)
    text = ''
  }
  const around = last === null ? empty : full
  if (memory === null) {
    if (around.opening.length + text.length + around.closing.length <= MAX_TEXT_LENGTH) {
      keep({ target, messages, last, text, memory })
      return around.opening + text + around.closing
    }
    memory = newMemory()
  }
  write(memory, text)
  const conversation: Conversation = { target, messages, last, text: '', memory }
  return { bytes: withAround(memory, around), release: () => keep(conversation) }
}

/** Of a new conversation. */
const NOTHING: Pick<Conversation, 'last' | 'text' | 'memory'> = { last: null, text: '', memory: null }

function keep(conversation: Conversation): void {
  const tip = conversation.messages.at(-1)
  if (tip) conversations.set(tip, conversation)
}

/** Takes out the longest conversation that this transcript continues. */
function take(target: object, messages: readonly Message[]): Conversation | null {
  for (let at = messages.length - 1; at >= 0; at--) {
    const tip = messages[at] as Message
    const found = conversations.get(tip)
    if (
      found?.target === target &&
      found.messages.length === at + 1 &&
      isBeginning(found.messages, messages)
    ) {
      conversations.delete(tip)
      return found
    }
  }
  return null
}

function isBeginning(known: readonly Message[], messages: readonly Message[]): boolean {
  return known.every((message, at) => message === messages[at])
}

function newMemory(): Memory {
  return { bytes: new Uint8Array(2 * ROOM), start: ROOM, end: ROOM, head: { text: '', length: 0 } }
}

/** @returns All of the body. */
function withAround(memory: Memory, { opening, closing }: BodyFrame): Uint8Array<ArrayBuffer> {
  const first = writeHead(memory, opening)
  const { end } = memory
  write(memory, closing)
  const bytes = memory.bytes.subarray(first, memory.end)
  // The next message overwrites the closing text.
  memory.end = end
  return bytes
}

/** Writes behind the transcript. */
function write(memory: Memory, text: string): void {
  for (let rest = text; rest !== '';) {
    // Nearly all of JSON is ASCII, a byte per letter; but 3 bytes may be needed to get on at all.
    makeRoom(memory, Math.max(rest.length, 3))
    const { read, written } = UTF8.encodeInto(rest, memory.bytes.subarray(memory.end))
    memory.end += written
    rest = rest.slice(read)
  }
}

function makeRoom(memory: Memory, count: number): void {
  const { bytes, end } = memory
  if (end + count <= bytes.length) return
  // Unlike a copy, a transfer frees the old memory at once.
  memory.bytes = new Uint8Array(bytes.buffer.transfer(Math.max(end + count, 2 * bytes.length)))
}

/** @returns Where the head begins. */
function writeHead(memory: Memory, text: string): number {
  if (text !== memory.head.text) {
    const head = UTF8.encode(text)
    const { bytes, start, end } = memory
    if (head.length > start) {
      memory.bytes = new Uint8Array(bytes.length - start + head.length)
      memory.bytes.set(bytes.subarray(start, end), head.length)
      memory.start = head.length
      memory.end = end - start + head.length
    }
    memory.bytes.set(head, memory.start - head.length)
    memory.head = { text, length: head.length }
  }
  return memory.start - memory.head.length
}
