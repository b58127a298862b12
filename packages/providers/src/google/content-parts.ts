import { isJsonObject, ModelError, toolResultText } from '@heddle/core'
import type {
  AssistantMessage,
  AssistantPart,
  FilePart,
  JsonObject,
  JsonValue,
  Message,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from '@heddle/core'
import { callInput } from '../wire/call-input.ts'
import { wireCallId } from '../wire/call-ids.ts'
import { isTextFile } from '../wire/text-file.ts'
import type { ContentPart, KeptPart } from './content-types.ts'
import { wireToolName } from './tool-names.ts'

/** Who is asked. */
export interface ContentTarget {
  /** `provider/model`: signatures and opaque items go back only to the model that made them. */
  readonly id: string
  /** Calls of the current turn are refused without a signature. */
  readonly needsSignatures: boolean
}

/**
 * Stands in place of the signature on a call that another model made.
 *
 * @see https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
 */
const NO_SIGNATURE = 'skip_thought_signature_validator'

/**
 * Every other type is refused. What is not an image is left to the vendor, whose lists grow.
 *
 * @see https://ai.google.dev/gemini-api/docs/image-understanding#supported-formats, and the pages on documents, audio and video
 */
const TAKEN_TYPES = /^(image\/(png|jpeg|webp|hei[cf])$|(audio|video|text)\/|application\/pdf$)/

/** @returns What is sent of a message; a part that came from this very model is sent as it came. */
export function contentParts(target: ContentTarget, message: Message): readonly (ContentPart | JsonObject)[] {
  switch (message.role) {
    case 'user':
      return message.content.flatMap((part) => userPart(target, part))
    case 'assistant':
      return assistantParts(target, message)
    case 'tool':
      return message.content.map(resultPart)
    default:
      return message satisfies never
  }
}

function userPart(target: ContentTarget, part: UserPart): ContentPart[] {
  if (part.type === 'file') return [filePart(target, part)]
  return part.text === '' ? [] : [{ text: part.text.toWellFormed() }]
}

function filePart(target: ContentTarget, file: FilePart): ContentPart {
  const { mediaType, data, url } = file
  if (!TAKEN_TYPES.test(mediaType)) {
    if (isTextFile(file)) return { inlineData: { mimeType: 'text/plain', data: data ?? '' } }
    throw new ModelError(
      'model.invalid_request',
      `${target.id} takes no file of type ${mediaType}; send its text, or a PNG, JPEG or PDF of it`,
    )
  }
  return url === undefined
    ? { inlineData: { mimeType: mediaType, data: data ?? '' } }
    : { fileData: { mimeType: mediaType, fileUri: url } }
}

function assistantParts(target: ContentTarget, message: AssistantMessage): (ContentPart | JsonObject)[] {
  const isOwn = message.model === target.id
  const firstCall = message.content.find(({ type }) => type === 'tool-call')
  return message.content.flatMap((part) =>
    part.type === 'tool-call'
      ? [callPart(part, isOwn, target.needsSignatures && part === firstCall)]
      : saidParts(part, isOwn),
  )
}

/** Parallel calls share the signature of the first. */
function callPart(part: ToolCallPart, isOwn: boolean, needsSignature: boolean): ContentPart {
  const { name, callId, opaque } = part
  const kept = isOwn ? keptWith(opaque) : {}
  const thoughtSignature = kept.thoughtSignature ?? (needsSignature ? NO_SIGNATURE : undefined)
  return {
    functionCall: { id: wireCallId(callId), name: wireToolName(name), args: callInput(part) },
    ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
  }
}

function saidParts(part: Exclude<AssistantPart, ToolCallPart>, isOwn: boolean): (ContentPart | JsonObject)[] {
  if (part.type === 'opaque') return isOwn && isJsonObject(part.opaque) ? [part.opaque] : []
  if (part.type === 'reasoning' && !isOwn) return []
  const { thoughtSignature, next } = isOwn ? keptWith(part.opaque) : {}
  const said: ContentPart = {
    text: part.text.toWellFormed(),
    ...(part.type === 'reasoning' ? { thought: true } : {}),
    ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
  }
  const isEmpty = part.text === '' && thoughtSignature === undefined
  return [...(isEmpty ? [] : [said]), ...(next === undefined ? [] : [next])]
}

function keptWith(opaque: JsonValue | undefined): KeptPart {
  return isJsonObject(opaque) ? opaque : {}
}

function resultPart(result: ToolResultPart): ContentPart {
  const text = toolResultText(result).toWellFormed()
  return {
    functionResponse: {
      id: wireCallId(result.callId),
      name: wireToolName(result.name),
      response: result.status === 'ok' ? { output: text } : { error: text },
    },
  }
}
