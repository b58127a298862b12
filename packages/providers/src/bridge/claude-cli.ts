import type { JsonObject, ModelRequest } from '@heddle/core'
import { schemaInWords } from '../output-schema/schema-in-words.ts'
import { parseObject } from '../wire/parse-object.ts'
import type { BridgeCli, BridgeLogin, CliSaid, Invocation } from './bridge-cli.ts'
import { claudeDecoder } from './claude-decoder.ts'
import { renderTranscript, TRANSCRIPT_CLOSING, TRANSCRIPT_RULES } from './render-transcript.ts'
import type { RenderedImage } from './render-transcript.ts'

const NAME = 'claude-subscription'

const SYSTEM_FILE = 'system.txt'

/** Claude Code. @see https://code.claude.com/docs/en/cli-reference */
export const claudeCli: BridgeCli = {
  name: NAME,
  command: 'claude',
  install: 'npm i -g @anthropic-ai/claude-code',
  // It prints a line for every piece of the answer.
  idleTimeoutMs: 60_000,
  environment: {
    keeps: ['CLAUDE_CODE_OAUTH_TOKEN'],
    // Another vendor's account, a session around us that it would take for its own, its mode without logins.
    drops: /^(CLAUDECODE|CLAUDE_CODE_(USE_.*|ENTRYPOINT|SSE_PORT|SESSION_.*|CHILD_SESSION|SIMPLE))$/,
    sets: {
      // It adds files to the question where their names stand after an @, whoever wrote them there.
      CLAUDE_CODE_DISABLE_ATTACHMENTS: '1',
      CLAUDE_CODE_DISABLE_FILE_MENTIONS: '1',
      CLAUDE_CODE_DISABLE_ULTRATHINK: '1',
      CLAUDE_CODE_DISABLE_CLAUDE_MDS: '1',
      CLAUDE_CODE_DISABLE_AUTO_MEMORY: '1',
      // Retrying is the loop's work, which counts and shows it.
      CLAUDE_CODE_MAX_RETRIES: '0',
      CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
    },
  },
  loginArguments: ['auth', 'status'],
  readLogin,
  tellsAccount: true,
  invocation,
  decoder: (request) => claudeDecoder(NAME, isHeldToSchema(request)),
}

/** Nothing of the user's and nothing of the project's is loaded: no settings, hooks, servers, commands, memories. */
const ARGUMENTS: readonly string[] = [
  '--print',
  '--input-format=stream-json',
  '--output-format=stream-json',
  '--include-partial-messages',
  '--verbose',
  '--no-session-persistence',
  '--setting-sources=',
  '--strict-mcp-config',
  '--disable-slash-commands',
  '--permission-mode=dontAsk',
  '--tools=',
]

function invocation(model: string, request: ModelRequest): Invocation {
  const { text, images } = renderTranscript(request.messages, NAME)
  const { instructions, maxOutputTokens, outputSchema } = request
  const isHeld = isHeldToSchema(request)
  const system = [instructions, TRANSCRIPT_RULES]
  if (outputSchema && !isHeld) system.push(schemaInWords(outputSchema))
  const content = [
    ...images.flatMap(imageBlocks),
    { type: 'text', text },
    // Where it looks for mentions of files and for commands, it looks at the last text.
    { type: 'text', text: TRANSCRIPT_CLOSING },
  ]
  return {
    files: [{ name: SYSTEM_FILE, content: { text: system.filter((part) => part !== '').join('\n\n') } }],
    arguments: (pathOf) => [
      ...ARGUMENTS,
      `--model=${model}`,
      `--system-prompt-file=${pathOf(SYSTEM_FILE)}`,
      ...(isHeld ? [`--json-schema=${JSON.stringify(outputSchema)}`] : []),
    ],
    stdin: `${JSON.stringify({ type: 'user', message: { role: 'user', content } })}\n`,
    env: maxOutputTokens === undefined ? {} : { CLAUDE_CODE_MAX_OUTPUT_TOKENS: `${maxOutputTokens}` },
  }
}

/** Linux takes no argument of 128 KiB; a schema has letters of up to three bytes. */
const MAX_SCHEMA_LENGTH = 40_000

/** It makes a tool of the schema, and tools take objects. */
function isHeldToSchema({ outputSchema }: ModelRequest): boolean {
  return outputSchema?.['type'] === 'object' && JSON.stringify(outputSchema).length <= MAX_SCHEMA_LENGTH
}

function imageBlocks({ mediaType, data }: RenderedImage, at: number): JsonObject[] {
  return [
    { type: 'text', text: `Image ${at + 1}:` },
    { type: 'image', source: { type: 'base64', media_type: mediaType, data } },
  ]
}

/** By `authMethod`: `claude.ai` a login, `oauth_token` one that was given by variable. */
function readLogin({ stdout }: CliSaid): BridgeLogin {
  const status = parseObject(stdout.trim())
  if (status === null || typeof status['loggedIn'] !== 'boolean') return 'unknown'
  if (!status['loggedIn']) return 'none'
  const method = status['authMethod']
  return method === 'claude.ai' || method === 'oauth_token' ? 'subscription' : 'api-key'
}
