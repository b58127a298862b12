import { toolResultText } from './messages.ts'
import type { Message } from './messages.ts'
import type { ToolSpec } from './model.ts'

/*
 * Measured on the o200k and cl100k vocabularies with English, code, JSON, logs, hashes and a dozen
 * scripts: between 1.0 and 2 times what the dearer of the two says, so that a context is full, and money is
 * set aside, rather too early than too late.
 */

/** Letters of one word that go for a token; most words are a token, rare ones are cut. */
const LETTERS_PER_TOKEN = 5
/** Unbroken letters and digits beyond this length are hashes, keys or base64, not words. */
const LONGEST_WORD = 30
const TOKENS_PER_CODE_CHAR = 0.75
/** The same sign or blank again and again, as in rules and indents. */
const TOKENS_PER_REPEAT = 0.25
/** Scripts of two UTF-8 bytes a character: Latin accents, Cyrillic, Greek, Hebrew, Arabic. */
const TOKENS_PER_TWO_BYTES = 1
/** All others, for each UTF-16 unit: Chinese and Korean take up to 1.6, an emoji (two units) about three. */
const TOKENS_PER_WIDE_UNIT = 1.6
/** Role, separators and ids around each part. */
const TOKENS_PER_PART = 8
/** Vendors scale images to a bounded number of tokens; 1,600 is Anthropic's and close to OpenAI's largest. */
const TOKENS_PER_FILE = 1_600

const LOWER = 1
const UPPER = 2
const DIGIT = 3
const BLANK = 4
const SIGN = 5
const WIDE = 6

const KINDS: Uint8Array = Uint8Array.from({ length: 128 }, (_none, code) => kindOf(String.fromCharCode(code)))

function kindOf(char: string): number {
  if (/[a-z]/.test(char)) return LOWER
  if (/[A-Z]/.test(char)) return UPPER
  if (/[0-9]/.test(char)) return DIGIT
  return /\s/.test(char) ? BLANK : SIGN
}

const known = new WeakMap<object, number>()

/** Estimated tokens of a text; on the dear side, and never 0 for a text that is not empty. */
export function estimateTextTokens(text: string): number {
  let tokens = 0
  /** Letters of the word under way, characters of the run of letters and digits around it, and their tokens. */
  let letters = 0
  let run = 0
  let runTokens = 0
  let before = 0
  let codeBefore = -1
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    const kind = code < 128 ? (KINDS[code] ?? SIGN) : WIDE
    if (kind > DIGIT && run > 0) {
      tokens += tokensOfRun(run, runTokens)
      run = 0
      runTokens = 0
    }
    if (kind <= UPPER) {
      const isSameWord = before === kind || (before === UPPER && kind === LOWER)
      letters = isSameWord ? letters + 1 : 0
      if (letters % LETTERS_PER_TOKEN === 0) runTokens++
      run++
    } else if (kind === DIGIT) {
      runTokens++
      run++
    } else if (kind === WIDE) tokens += code < 0x800 ? TOKENS_PER_TWO_BYTES : TOKENS_PER_WIDE_UNIT
    else if (code === codeBefore) tokens += TOKENS_PER_REPEAT
    // A single space belongs to the word after it.
    else if (code !== 0x20) tokens++
    before = kind
    codeBefore = code
  }
  return text === '' ? 0 : Math.max(1, Math.ceil(tokens + tokensOfRun(run, runTokens)))
}

function tokensOfRun(length: number, tokens: number): number {
  return length > LONGEST_WORD ? Math.max(tokens, length * TOKENS_PER_CODE_CHAR) : tokens
}

/** Estimated tokens of a message; counted once, messages never change. */
export function estimateMessageTokens(message: Message): number {
  return remembered(message, () => {
    let tokens = 0
    for (const part of message.content) {
      tokens += TOKENS_PER_PART
      if (part.type === 'text' || part.type === 'reasoning') tokens += estimateTextTokens(part.text)
      else if (part.type === 'file') tokens += TOKENS_PER_FILE
      else if (part.type === 'tool-call') tokens += estimateTextTokens(part.name + JSON.stringify(part.input))
      else if (part.type === 'tool-result') tokens += estimateTextTokens(toolResultText(part))
      if ('opaque' in part) tokens += estimateTextTokens(JSON.stringify(part.opaque))
    }
    return tokens
  })
}

/** Estimated tokens of messages that all are sent. */
export function estimateMessagesTokens(messages: readonly Message[]): number {
  let tokens = 0
  for (const message of messages) tokens += estimateMessageTokens(message)
  return tokens
}

/** Estimated tokens of what a model is told of the tools. */
export function estimateToolTokens(tools: readonly ToolSpec[]): number {
  return remembered(tools, () => (tools.length === 0 ? 0 : estimateTextTokens(JSON.stringify(tools))))
}

function remembered(key: object, count: () => number): number {
  const found = known.get(key)
  if (found !== undefined) return found
  const tokens = count()
  known.set(key, tokens)
  return tokens
}
