import type { ModelRequest } from '@heddle/core'
import { responseOutputFormat } from '../output-schema/chat-output.ts'
import { schemaInWords } from '../output-schema/schema-in-words.ts'
import type { BridgeCli, BridgeLogin, CliSaid, Invocation, InvocationFile } from './bridge-cli.ts'
import { codexDecoder } from './codex-decoder.ts'
import { renderTranscript, TRANSCRIPT_CLOSING, TRANSCRIPT_RULES } from './render-transcript.ts'
import type { RenderedImage } from './render-transcript.ts'

const NAME = 'codex-subscription'

const SYSTEM_FILE = 'system.txt'
const SCHEMA_FILE = 'schema.json'

/** OpenAI's Codex CLI. @see https://developers.openai.com/codex/cli */
export const codexCli: BridgeCli = {
  name: NAME,
  command: 'codex',
  install: 'npm i -g @openai/codex',
  // It prints an answer when it is whole, and nothing before.
  idleTimeoutMs: 300_000,
  environment: {
    keeps: ['CODEX_ACCESS_TOKEN'],
    // What a session around us has set for its own commands.
    drops: /^(CODEX_(SANDBOX.*|THREAD_ID|INTERNAL_.*)|RUST_LOG)$/,
    sets: {},
  },
  loginArguments: ['login', 'status'],
  readLogin,
  tellsAccount: false,
  invocation,
  decoder: (request) => codexDecoder(NAME, request.outputSchema !== undefined),
}

/** Whatever gives it tools, looks about in the project or the home folder, or adds to the question. */
const FEATURES_OFF = [
  'shell_tool',
  'view_image',
  'image_generation',
  'multi_agent',
  'goals',
  'plugins',
  'apps',
  'hooks',
  'memories',
  'shell_snapshot',
  'daemon_auto_start',
  // It would wait for a network for ever.
  'unbounded_connection_retries',
]

/** As TOML. An older or newer program passes over the names that it does not know. */
const SETTINGS = [
  'approval_policy="never"',
  'web_search="disabled"',
  'project_doc_max_bytes=0',
  'include_environment_context=false',
  'include_permissions_instructions=false',
  'include_apps_instructions=false',
  'include_collaboration_mode_instructions=false',
  'skills.include_instructions=false',
  'skills.bundled.enabled=false',
  // Besides telling about us, it makes every call wait for 5 s where its server cannot be reached.
  'analytics.enabled=false',
  ...FEATURES_OFF.map((feature) => `features.${feature}=false`),
]

const ARGUMENTS: readonly string[] = [
  'exec',
  '--json',
  '--ephemeral',
  '--sandbox=read-only',
  '--skip-git-repo-check',
  '--ignore-user-config',
  '--ignore-rules',
  ...SETTINGS.map((setting) => `--config=${setting}`),
]

function invocation(model: string, request: ModelRequest): Invocation {
  const { text, images } = renderTranscript(request.messages, NAME)
  const { instructions, outputSchema } = request
  const format = outputSchema && responseOutputFormat(outputSchema)
  const system = [instructions, TRANSCRIPT_RULES]
  // It always asks for a schema to be enforced, which its vendor refuses for some.
  if (outputSchema && format?.strict !== true) system.push(schemaInWords(outputSchema))
  const files: InvocationFile[] = [
    { name: SYSTEM_FILE, content: { text: system.filter((part) => part !== '').join('\n\n') } },
    ...images.map((image, at) => ({ name: imageName(image, at), content: { base64: image.data } })),
  ]
  if (format?.strict === true) {
    files.push({ name: SCHEMA_FILE, content: { text: JSON.stringify(format.schema) } })
  }
  return {
    files,
    arguments: (pathOf) => [
      ...ARGUMENTS,
      // A JSON string is a TOML one.
      `--config=model_instructions_file=${JSON.stringify(pathOf(SYSTEM_FILE))}`,
      `--model=${model}`,
      ...(format?.strict === true ? [`--output-schema=${pathOf(SCHEMA_FILE)}`] : []),
      ...images.map((image, at) => `--image=${pathOf(imageName(image, at))}`),
    ],
    stdin: `${text}\n\n${TRANSCRIPT_CLOSING}\n`,
    env: {},
  }
}

function imageName({ mediaType }: RenderedImage, at: number): string {
  return `image-${at + 1}.${mediaType.replace(/^image\//, '')}`
}

/** It says so to its standard error, and fails when nobody is logged in. */
function readLogin({ exitCode, stdout, stderr }: CliSaid): BridgeLogin {
  const said = `${stdout}\n${stderr}`
  if (/^logged in using chatgpt/im.test(said)) return 'subscription'
  if (exitCode === 0 && /\bAPI key\b/i.test(said)) return 'api-key'
  return /not logged in/i.test(said) ? 'none' : 'unknown'
}
