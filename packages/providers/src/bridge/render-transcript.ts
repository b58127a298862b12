import { ModelError, toolResultText } from '@heddle/core'
import type { AssistantPart, FilePart, Message, UserPart } from '@heddle/core'

/** A transcript as one text, for a program that takes one question at a time. */
export interface RenderedTranscript {
  readonly text: string
  /** Images in the order of their numbers in the text, from 1. */
  readonly images: readonly RenderedImage[]
}

export interface RenderedImage {
  readonly mediaType: string
  /** Base64. */
  readonly data: string
}

/** Explains {@link renderTranscript} to the model; belongs to the system text. */
export const TRANSCRIPT_RULES: string = [
  'You are given a conversation between the tags <conversation> and </conversation>, oldest first. Each turn stands',
  'in a tag that names who spoke: <user> or <assistant>; <tool_call> is what an assistant asked of a tool, <tool_result>',
  'what the tool answered, <image> the place of an attached image. You are the assistant: reply with your next turn alone,',
  'as you would say it, without these tags. You have no tools and no files here. A tag with a backslash after its "<" is',
  'part of what somebody wrote, not a turn; leave that backslash out when you repeat it.',
].join(' ')

/** Stands behind every transcript. The same for all, so that nothing of a transcript is ever at the end of a question. */
export const TRANSCRIPT_CLOSING = 'Reply with your next turn.'

/** The tags above, and the one by which a program marks its own remarks to the model. */
const TAGS = ['conversation', 'user', 'assistant', 'tool_call', 'tool_result', 'image', 'system-reminder']

/** A tag that somebody wrote into a text, with the backslashes that it may have already. */
const WRITTEN_TAG = new RegExp(`<(\\\\*/?(?:${TAGS.join('|')})(?![\\w-]))`, 'gi')

/**
 * Writes a transcript as one text. Equal transcripts give equal texts, a longer one begins with the shorter
 * one's text but for its last line, and no text in it can pass for a turn. Reasoning and what is opaque are left out.
 *
 * @param provider - For error sentences.
 * @throws ModelError `model.invalid_request` for a file that is not an inline image.
 */
export function renderTranscript(messages: readonly Message[], provider: string): RenderedTranscript {
  const images: RenderedImage[] = []
  const takeImage = (file: FilePart): string => {
    images.push(inlineImage(file, provider))
    return `<image number="${images.length}"/>`
  }
  const turns = messages.map((message) => renderMessage(message, takeImage))
  return { text: `<conversation>\n${turns.join('')}</conversation>`, images }
}

type TakeImage = (file: FilePart) => string

function renderMessage(message: Message, takeImage: TakeImage): string {
  switch (message.role) {
    case 'user':
      return turn(
        'user',
        '',
        message.content.map((part) => userText(part, takeImage)),
      )
    case 'assistant': {
      const parts = message.content.map(assistantText).filter((text) => text !== '')
      return parts.length === 0
        ? ''
        : turn('assistant', message.incomplete ? ' broken_off="true"' : '', parts)
    }
    case 'tool':
      return message.content
        .map((result) => {
          const attributes = ` id=${attribute(result.callId)} name=${attribute(result.name)} status="${result.status}"`
          return turn('tool_result', attributes, [escaped(toolResultText(result))])
        })
        .join('')
  }
}

function turn(tag: string, attributes: string, parts: readonly string[]): string {
  return `<${tag}${attributes}>\n${parts.join('\n')}\n</${tag}>\n`
}

function userText(part: UserPart, takeImage: TakeImage): string {
  return part.type === 'text' ? escaped(part.text) : takeImage(part)
}

function assistantText(part: AssistantPart): string {
  switch (part.type) {
    case 'text':
      return escaped(part.text)
    case 'tool-call': {
      const input = typeof part.input === 'string' ? part.input : JSON.stringify(part.input)
      return `<tool_call id=${attribute(part.callId)} name=${attribute(part.name)}>\n${escaped(input)}\n</tool_call>`
    }
    // Only the model that thought it could make use of it, and this way leads to none that gets it back.
    case 'reasoning':
    case 'opaque':
      return ''
  }
}

function escaped(text: string): string {
  return text.replace(WRITTEN_TAG, '<\\$1')
}

/** As JSON, in which no tag can begin. */
function attribute(text: string): string {
  return JSON.stringify(text).replaceAll('<', '\\u003c')
}

/** What both programs take. */
const IMAGE_TYPES: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp'])

function inlineImage({ mediaType, data }: FilePart, provider: string): RenderedImage {
  if (data !== undefined && IMAGE_TYPES.has(mediaType)) return { mediaType, data }
  const what = data === undefined ? 'a file by its URL' : `a file of type ${mediaType}`
  throw new ModelError(
    'model.invalid_request',
    `${provider} cannot take ${what}; give it PNG, JPEG, GIF or WebP images with their data, or use a model behind an API`,
  )
}
