import { isJsonObject } from '@heddle/core'
import type { JsonObject, JsonValue } from '@heddle/core'
import { isBase64, isWebUrl } from './media.ts'
import { numberIn, objectsIn, wordOf } from './wire.ts'
import type { NeutralRequest, TranscriptItem } from './wire.ts'

/** Stands for the thought signature that comes with an answer; the vendor takes no other of ours back. */
export const SIGNATURE = 'RmFrZSB0aG91Z2h0IHNpZ25hdHVyZQ=='

/** What may stand in place of one; https://ai.google.dev/gemini-api/docs/thought-signatures#faqs. */
const NO_SIGNATURES: ReadonlySet<unknown> = new Set([
  'skip_thought_signature_validator',
  'context_engineering_is_the_way_to_go',
])

/** Models that refuse a step of the current turn whose first call has no signature. */
const NEEDS_SIGNATURES = /^gemini-(?![12]\b)/

const FUNCTION_NAME = /^[A-Za-z_][\w.:-]{0,127}$/

const MEDIA_TYPES = /^(image\/(png|jpeg|webp|heic|heif)|(audio|video|text)\/[\w.+-]+|application\/pdf)$/

/** What a part may be; exactly one of them. */
const PART_DATA: ReadonlySet<string> = new Set([
  'text',
  'inlineData',
  'fileData',
  'functionCall',
  'functionResponse',
  'executableCode',
  'codeExecutionResult',
])

const MEMBERS: ReadonlySet<string> = new Set([
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'safetySettings',
  'cachedContent',
  'labels',
  'model',
])

const SETTINGS: ReadonlySet<string> = new Set([
  'temperature',
  'topP',
  'topK',
  'seed',
  'candidateCount',
  'maxOutputTokens',
  'stopSequences',
  'presencePenalty',
  'frequencyPenalty',
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseModalities',
  'thinkingConfig',
  'mediaResolution',
])

/** A content of the user with something to say: results alone are not a prompt. */
export function isPrompt(content: JsonObject): boolean {
  return content['role'] === 'user' && partsOf(content).some((part) => part['functionResponse'] === undefined)
}

/** The rules of the Gemini API that clients break most: the order of calls and their results, and signatures. */
export function refusedContents(body: JsonObject, model: string): string | null {
  return (
    refusedSettings(body) ??
    refusedTools(objectsIn(body['tools'])) ??
    refusedTranscript(objectsIn(body['contents'])) ??
    (NEEDS_SIGNATURES.test(model) ? unsignedCall(objectsIn(body['contents'])) : null)
  )
}

function refusedSettings(body: JsonObject): string | null {
  const strange = Object.keys(body).find((name) => !MEMBERS.has(name))
  if (strange !== undefined) return unknownName(strange, 'request')
  const config = body['generationConfig']
  const odd = Object.keys(isJsonObject(config) ? config : {}).find((name) => !SETTINGS.has(name))
  if (odd !== undefined) return unknownName(odd, 'generation_config')
  const system = body['systemInstruction']
  if (isJsonObject(system) && partsOf(system).some(({ text }) => typeof text !== 'string' || text === '')) {
    return 'Please use a valid role and a text for system_instruction.'
  }
  return null
}

function unknownName(name: string, at: string): string {
  return `Invalid JSON payload received. Unknown name "${name}" at '${at}': Cannot find field.`
}

function refusedTools(tools: readonly JsonObject[]): string | null {
  const names = new Set<string>()
  for (const [index, tool] of tools.entries()) {
    for (const [place, spec] of objectsIn(tool['functionDeclarations']).entries()) {
      const at = `tools[${index}].function_declarations[${place}]`
      const name = wordOf(spec['name'])
      if (!FUNCTION_NAME.test(name)) {
        return `GenerateContentRequest.${at}.name: Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.`
      }
      if (names.has(name)) return `Duplicate function declaration found: ${name}`
      names.add(name)
      if (spec['parameters'] !== undefined && spec['parametersJsonSchema'] !== undefined) {
        return `GenerateContentRequest.${at}: parameters and parameters_json_schema are mutually exclusive.`
      }
    }
  }
  return null
}

function refusedTranscript(contents: readonly JsonObject[]): string | null {
  if (contents.length === 0) return '* GenerateContentRequest.contents: contents is not specified'
  let open: JsonObject[] = []
  let before = ''
  for (const [index, content] of contents.entries()) {
    const problem = refusedContent(content, index)
    if (problem !== null) return problem
    const calls = membersOf(content, 'functionCall')
    const results = membersOf(content, 'functionResponse')
    if (results.length !== open.length)
      return results.length > 0 && open.length === 0 ? STRAY_RESULT : COUNTS_DIFFER
    const stray = results.find((result) => !answersOne(result, open))
    if (stray) return `${COUNTS_DIFFER} No call is answered by the response of ${wordOf(stray['name'])}.`
    if (calls.length > 0 && before !== 'user') return STRAY_CALL
    open = calls
    before = wordOf(content['role'])
  }
  return open.length > 0 ? COUNTS_DIFFER : null
}

const STRAY_CALL =
  'Please ensure that function call turn comes immediately after a user turn or after a function response turn.'
const STRAY_RESULT = 'Please ensure that function response turn comes immediately after a function call turn.'
const COUNTS_DIFFER =
  'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.'

/** A result names its call by id where it has one, and always by name; takes that call out. */
function answersOne(result: JsonObject, open: JsonObject[]): boolean {
  const at = open.findIndex(({ id, name }) => id === result['id'] && name === result['name'])
  if (at >= 0) open.splice(at, 1)
  return at >= 0
}

function refusedContent(content: JsonObject, index: number): string | null {
  const { role } = content
  if (role !== 'user' && role !== 'model') return 'Please use a valid role: user, model.'
  const parts = partsOf(content)
  if (parts.length === 0) {
    return `* GenerateContentRequest.contents[${index}].parts: contents.parts must not be empty.`
  }
  for (const [place, part] of parts.entries()) {
    const problem = refusedPart(role, part)
    if (problem !== null) return `* GenerateContentRequest.contents[${index}].parts[${place}].${problem}`
  }
  return null
}

function refusedPart(role: string, part: JsonObject): string | null {
  const data = Object.keys(part).filter((name) => PART_DATA.has(name))
  if (data.length !== 1) return "data: required oneof field 'data' must have one initialized field"
  const signature = part['thoughtSignature']
  if (signature !== undefined && signature !== SIGNATURE && !NO_SIGNATURES.has(signature)) {
    return 'thought_signature: Thought signature is not valid.'
  }
  if (part['text'] === '' && signature === undefined) return 'text: must not be empty.'
  if (role === 'user' && (signature !== undefined || part['functionCall'] !== undefined)) {
    return `role: a ${data[0]} of the model stands in a user content.`
  }
  if (role === 'model' && part['functionResponse'] !== undefined)
    return 'function_response: the role must be user.'
  return refusedMember(part)
}

function refusedMember({ inlineData, fileData, functionCall, functionResponse }: JsonObject): string | null {
  const called = functionCall ?? functionResponse
  if (isJsonObject(called) && !FUNCTION_NAME.test(wordOf(called['name'])))
    return 'function_call.name: Invalid name.'
  if (isJsonObject(functionCall) && !isJsonObject(functionCall['args']))
    return 'function_call.args: not a Struct.'
  if (isJsonObject(functionResponse) && !isJsonObject(functionResponse['response']))
    return 'function_response.response: not a Struct.'
  const file = inlineData ?? fileData
  if (!isJsonObject(file)) return null
  if (!MEDIA_TYPES.test(wordOf(file['mimeType'])))
    return `mime_type: Unsupported MIME type: ${wordOf(file['mimeType'])}`
  if (inlineData !== undefined)
    return isBase64(file['data']) ? null : 'inline_data.data: Base64 decoding failed.'
  return isWebUrl(file['fileUri']) ? null : 'file_data.file_uri: Invalid or unsupported file uri.'
}

/** Each step of the current turn has its signature on its first call; earlier turns are not looked at. */
function unsignedCall(contents: readonly JsonObject[]): string | null {
  const start = contents.findLastIndex(isPrompt)
  for (const [index, content] of contents.entries()) {
    const first = partsOf(content).find((part) => part['functionCall'] !== undefined)
    if (index < start || first === undefined || first['thoughtSignature'] !== undefined) continue
    const call = first['functionCall']
    const name = isJsonObject(call) ? wordOf(call['name']) : ''
    return `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${index + 1}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`
  }
  return null
}

function partsOf(content: JsonObject): JsonObject[] {
  return objectsIn(content['parts'])
}

function membersOf(content: JsonObject, name: string): JsonObject[] {
  return objectsIn(partsOf(content).map((part) => part[name] ?? null))
}

/** A request for contents in no vendor's words. */
export function neutralContents(body: JsonObject): NeutralRequest {
  const system = isJsonObject(body['systemInstruction']) ? partsOf(body['systemInstruction']) : []
  const config = isJsonObject(body['generationConfig']) ? body['generationConfig'] : {}
  return {
    system: system.map(({ text }) => (typeof text === 'string' ? text : '')).join(''),
    transcript: objectsIn(body['contents']).flatMap((content) =>
      partsOf(content).flatMap((part) => itemsOf(content['role'] === 'model' ? 'assistant' : 'user', part)),
    ),
    tools: objectsIn(body['tools'])
      .flatMap((tool) => objectsIn(tool['functionDeclarations']))
      .map((spec) => ({
        name: wordOf(spec['name']),
        description: wordOf(spec['description']),
        inputSchema: spec['parametersJsonSchema'] ?? null,
      })),
    outputSchema: config['responseJsonSchema'] ?? null,
    maxOutputTokens: numberIn(config['maxOutputTokens']),
    temperature: numberIn(config['temperature']),
  }
}

function itemsOf(role: 'user' | 'assistant', part: JsonObject): TranscriptItem[] {
  const { text, thought, thoughtSignature, functionCall, functionResponse, inlineData, fileData } = part
  if (typeof text === 'string') {
    if (thought === true) return [{ type: 'reasoning', text, signature: wordOrNull(thoughtSignature) }]
    // An empty text only holds a signature.
    return text === '' ? [] : [{ type: 'text', role, text }]
  }
  if (isJsonObject(functionCall)) {
    const { id, name, args } = functionCall
    return [{ type: 'call', id: wordOrNull(id), name: wordOf(name), arguments: args ?? null }]
  }
  if (isJsonObject(functionResponse)) {
    const { id, response } = functionResponse
    const { output, error } = isJsonObject(response) ? response : {}
    return [{ type: 'result', id: wordOrNull(id), text: wordOf(output ?? error) }]
  }
  if (role === 'assistant') return [{ type: 'server-item', item: part }]
  if (isJsonObject(inlineData)) {
    return [{ type: 'file', mediaType: wordOf(inlineData['mimeType']), data: wordOf(inlineData['data']) }]
  }
  const { mimeType, fileUri } = isJsonObject(fileData) ? fileData : {}
  return [{ type: 'file', mediaType: wordOrNull(mimeType), url: wordOf(fileUri) }]
}

function wordOrNull(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null
}
