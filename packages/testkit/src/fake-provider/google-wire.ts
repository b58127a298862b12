import { isJsonObject } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import { isPrompt, neutralContents, refusedContents, SIGNATURE } from './google-request.ts'
import type { FaultReason } from './script.ts'
import type { SplitCall, SplitPart, SplitTurn } from './split-turn.ts'
import { frame, objectsIn, parsedJson, proxyPage } from './wire.ts'
import type { AnswerContext, WireFormat, WireFrame } from './wire.ts'

const FINISH = {
  stop: 'STOP',
  // The vendor does not tell calls from text here.
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  other: 'OTHER',
} as const

/** What a program that the vendor ran leaves in an answer. */
const SERVER_ITEMS: readonly JsonObject[] = [
  { executableCode: { language: 'PYTHON', code: 'print(6 * 7)' } },
  { codeExecutionResult: { outcome: 'OUTCOME_OK', output: '42\n' } },
]

/** Gemini `generateContent` and `streamGenerateContent`, version v1beta. */
export const googleWire: WireFormat = {
  capabilities: {
    hasArgumentText: false,
    hasCallIds: false,
    hasSignedReasoning: false,
    hasServerTools: true,
    countsCacheWrites: false,
  },
  contentType: 'text/event-stream',

  takes: (path) => PATH.test(path),
  modelOf: ({ path }) => decodeURIComponent(PATH.exec(path)?.[1] ?? ''),
  wantsStream: ({ path }) => path.endsWith(':streamGenerateContent'),

  countAssistantTurns(body, all) {
    const contents = objectsIn(body['contents'])
    const start = all ? 0 : contents.findLastIndex(isPrompt) + 1
    return contents.slice(start).filter(({ role }) => role === 'model').length
  },

  refusal: (request) => refusedContents(request.body, googleWire.modelOf(request)),
  neutral: ({ body }) => neutralContents(body),
  serverItems: SERVER_ITEMS,

  stream(turn, context) {
    const frames: WireFrame[] = []
    const frameAfter = [0]
    const add = (parts: readonly JsonObject[]): void => {
      frames.push(frame(chunk(context, { content: contentOf(parts), index: 0 }, usageOf(turn, 1))))
    }
    for (const part of turn.parts) {
      if (part.type === 'server-tool') for (const item of SERVER_ITEMS) add([item])
      else if (part.type === 'call') {
        // However many pieces its arguments have, a call comes whole.
        add([callPart(part)])
        for (const _ of part.deltas) frameAfter.push(frames.length)
      } else {
        for (const text of part.deltas) {
          add([saidPart(part, text)])
          frameAfter.push(frames.length)
        }
      }
    }
    const endFrame = frames.length
    const candidate = { content: contentOf([lastPart(turn)]), finishReason: FINISH[turn.finish], index: 0 }
    frames.push(frame(chunk(context, candidate, usageOf(turn, turn.usage.output))))
    return { frames, frameAfter, endFrame }
  },

  whole(turn, context) {
    const parts = turn.parts.flatMap((part) => {
      if (part.type === 'server-tool') return SERVER_ITEMS
      return part.type === 'call' ? [callPart(part)] : [saidPart(part, part.deltas.join(''))]
    })
    const content = contentOf([...parts, lastPart(turn)])
    const candidate = { content, finishReason: FINISH[turn.finish], index: 0 }
    return chunk(context, candidate, usageOf(turn, turn.usage.output))
  },

  errorBody(status, reason, message) {
    if (message === undefined && (status === 502 || status === 504)) return proxyPage(status)
    return { error: errorOf(status, reason, message) }
  },

  errorFrame: (status, reason) => frame({ error: errorOf(status, reason) }),

  unknownFrame: (model) => frame({ modelStatus: { modelStage: 'STABLE' }, modelVersion: model }),

  models: (names) => ({
    models: names.map((name) => ({
      name: `models/${name}`,
      version: '001',
      displayName: name,
      inputTokenLimit: 1_048_576,
      outputTokenLimit: 65_536,
      supportedGenerationMethods: ['generateContent', 'countTokens'],
    })),
  }),

  headers: () => ({ 'server-timing': 'gfet4t7; dur=1' }),
}

const PATH = /\/models\/([^/]+):(?:streamGenerateContent|generateContent)$/

function chunk(context: AnswerContext, candidate: JsonObject, usageMetadata: JsonObject): JsonObject {
  const { model, serial } = context
  return { candidates: [candidate], usageMetadata, modelVersion: model, responseId: `fake-${serial}` }
}

function contentOf(parts: readonly JsonObject[]): JsonObject {
  return { parts, role: 'model' }
}

function saidPart(part: Exclude<SplitPart, SplitCall>, text: string): JsonObject {
  return part.type === 'reasoning' ? { text, thought: true } : { text }
}

/** Of parallel calls, the first has the signature. */
function callPart({ index, id, name, deltas }: SplitCall): JsonObject {
  const json = deltas.join('')
  const args = parsedJson(json)
  const call = {
    ...(typeof id === 'string' ? { id } : {}),
    name,
    ...(json === '' ? {} : { args: isJsonObject(args) ? args : {} }),
  }
  return index === 0 ? { functionCall: call, thoughtSignature: SIGNATURE } : { functionCall: call }
}

/** It comes with the reason to stop. What was said without a call is signed here. */
function lastPart({ parts }: SplitTurn): JsonObject {
  const isSaid = parts.some(({ type }) => type !== 'server-tool')
  const isAsking = parts.some(({ type }) => type === 'call')
  return isSaid && !isAsking ? { text: '', thoughtSignature: SIGNATURE } : { text: '' }
}

/** The vendor counts thoughts apart from the rest of the output. */
function usageOf({ usage }: SplitTurn, output: number): JsonObject {
  const { input, cached, reasoning } = usage
  const said = Math.max(0, output - reasoning)
  return {
    promptTokenCount: input,
    candidatesTokenCount: said,
    totalTokenCount: input + said + reasoning,
    ...(cached === 0 ? {} : { cachedContentTokenCount: cached }),
    promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
    ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
  }
}

function errorOf(status: number, reason: FaultReason | undefined, message?: string): JsonObject {
  const [known, text] = knownError(status, reason)
  return {
    code: status,
    message: message ?? text,
    status: known,
    ...(reason === 'quota' ? { details: [DAILY_QUOTA] } : {}),
  }
}

/** What tells a day's quota from a minute's: the sentences are the same. */
const DAILY_QUOTA: JsonObject = {
  '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
  violations: [
    {
      quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
      quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
      quotaValue: '250',
    },
  ],
}

/** Status and message as the vendor sends them; https://ai.google.dev/gemini-api/docs/troubleshooting. */
function knownError(status: number, reason: FaultReason | undefined): [status: string, message: string] {
  if (reason === 'overflow') {
    return [
      'INVALID_ARGUMENT',
      'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).',
    ]
  }
  if (reason === 'quota') {
    return [
      'RESOURCE_EXHAUSTED',
      'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
    ]
  }
  switch (status) {
    case 401:
      return ['UNAUTHENTICATED', 'Request had invalid authentication credentials.']
    case 402:
      return [
        'FAILED_PRECONDITION',
        'Your prepayment credits are depleted. Please go to AI Studio to add more.',
      ]
    case 403:
      return ['PERMISSION_DENIED', 'Your API key does not have permission to use the specified resource.']
    case 404:
      return [
        'NOT_FOUND',
        'models/unknown is not found for API version v1beta, or is not supported for generateContent.',
      ]
    case 429:
      return ['RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).']
    case 503:
    case 529:
      return ['UNAVAILABLE', 'The model is overloaded. Please try again later.']
    case 504:
      return ['DEADLINE_EXCEEDED', 'The request took too long to process.']
    default:
      return status >= 500
        ? ['INTERNAL', 'An internal error has occurred. Please retry.']
        : ['INVALID_ARGUMENT', 'Request contains an invalid argument.']
  }
}
