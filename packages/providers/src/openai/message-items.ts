import { ModelError, textOf, toolResultText } from '@heddle/core'
import type { FilePart, Message, ToolMessage, UserMessage } from '@heddle/core'
import type {
  EasyInputMessage,
  ResponseInputFile,
  ResponseInputImage,
  ResponseInputItem,
  ResponseInputText,
} from 'openai/resources/responses/responses'
import { wireCallId } from '../wire/call-ids.ts'
import { isTextFile } from '../wire/text-file.ts'
import { answerItems } from './answer-items.ts'

/**
 * A message as input items.
 *
 * @param modelId - `provider/model` of who is asked.
 * @throws ModelError `model.invalid_request` for a file that the API does not take.
 */
export function messageItems(modelId: string, message: Message): ResponseInputItem[] {
  switch (message.role) {
    case 'user':
      return [userItem(modelId, message)]
    case 'assistant':
      return answerItems(message, message.model === modelId)
    case 'tool':
      return resultItems(message)
    default:
      return message satisfies never
  }
}

/** One plain text stays a string: some servers that imitate the API know no other form. */
function userItem(modelId: string, message: UserMessage): EasyInputMessage {
  const parts = message.content.filter((part) => part.type !== 'text' || part.text !== '')
  const isText = parts.length <= 1 && parts.every((part) => part.type === 'text')
  const content = isText
    ? textOf(message).toWellFormed()
    : parts.map((part) => (part.type === 'text' ? textContent(part.text) : fileContent(modelId, part)))
  return { role: 'user', content }
}

function textContent(text: string): ResponseInputText {
  return { type: 'input_text', text: text.toWellFormed() }
}

/** How a file without a name is called, so that the vendor knows by its ending what it is. */
const ENDINGS: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'application/json': 'json',
  'text/plain': 'txt',
  'text/markdown': 'md',
  'text/csv': 'csv',
  'text/html': 'html',
}

/** @see https://platform.openai.com/docs/guides/file-inputs */
function fileContent(modelId: string, file: FilePart): ResponseInputFile | ResponseInputImage {
  const { mediaType, data, url, name } = file
  const dataUrl = `data:${mediaType};base64,${data ?? ''}`
  if (mediaType.startsWith('image/'))
    return { type: 'input_image', image_url: url ?? dataUrl, detail: 'auto' }
  const ending = ENDINGS[mediaType] ?? (isTextFile(file) ? 'txt' : undefined)
  if (ending === undefined && (name === undefined || !/^(text|application)\//.test(mediaType))) {
    throw new ModelError(
      'model.invalid_request',
      `${modelId} takes no file of type ${mediaType}; send its text, or an image or a PDF of it`,
    )
  }
  if (url !== undefined) return { type: 'input_file', file_url: url }
  return { type: 'input_file', filename: name?.toWellFormed() ?? `file.${ending}`, file_data: dataUrl }
}

function resultItems(message: ToolMessage): ResponseInputItem[] {
  return message.content.map((result): ResponseInputItem.FunctionCallOutput => ({
    type: 'function_call_output',
    call_id: wireCallId(result.callId),
    output: toolResultText(result).toWellFormed(),
  }))
}
