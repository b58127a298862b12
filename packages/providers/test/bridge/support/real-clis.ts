import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { JsonObject } from '@heddle/core'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider, FakeTurn } from '@heddle/testkit/fake-provider'

/** Where the real programs are; without it, they are not tested. */
export const CLI_FOLDER: string | undefined = process.env['HEDDLE_BRIDGE_CLIS']

/** What both servers call their one model. It is one that both programs know. */
export const MODELS = { claude: 'claude-sonnet-4-6', codex: 'gpt-5.4' } as const

/** A person's account on a machine of their own, with a server of theirs. */
export interface RealWorld {
  readonly provider: FakeProvider
  readonly home: string
  readonly env: Readonly<Record<string, string>>
}

export type RealCommand = keyof typeof MODELS

/**
 * Makes an account for a real program: an empty home, an environment with nothing of ours, a login that is made
 * up, and a server on this machine. Everything else is out of its reach: what it would ask for goes to a closed port.
 */
export async function realWorld(command: RealCommand, ...turns: readonly FakeTurn[]): Promise<RealWorld> {
  const script = { turns, repeatLast: true, continues: true }
  const provider = await startFakeProvider({ scripts: { [MODELS[command]]: script } })
  // Codex refuses to work from a home below /tmp.
  const home = await mkdtemp('/var/tmp/heddle-real-cli-')
  onTestFinished(async () => {
    await provider.close()
    await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  })
  const bin = join(home, 'bin')
  await mkdir(bin)
  const login = command === 'claude' ? await claudeLogin(home) : await codexLogin(home)
  const tail = command === 'claude' ? '' : codexProvider(provider)
  await writeFile(join(bin, command), `#!/bin/sh\nexec '${join(CLI_FOLDER ?? '', command)}' "$@" ${tail}\n`)
  await chmod(join(bin, command), 0o755)
  const env = {
    // The programs themselves may be scripts, for Node.
    PATH: `${bin}:${join(process.execPath, '..')}:/usr/bin:/bin`,
    HOME: home,
    ANTHROPIC_BASE_URL: provider.anthropicBaseUrl,
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
    ...login,
  }
  return { provider, home, env }
}

async function claudeLogin(home: string): Promise<Record<string, string>> {
  const config = join(home, '.claude')
  await mkdir(config)
  const claudeAiOauth = {
    accessToken: 'sk-ant-oat01-made-up',
    refreshToken: 'sk-ant-ort01-made-up',
    expiresAt: Date.now() + 86_400_000,
    scopes: ['user:inference', 'user:profile'],
    subscriptionType: 'max',
  }
  await writeFile(join(config, '.credentials.json'), JSON.stringify({ claudeAiOauth }), { mode: 0o600 })
  return { CLAUDE_CONFIG_DIR: config }
}

async function codexLogin(home: string): Promise<Record<string, string>> {
  const config = join(home, '.codex')
  await mkdir(config)
  const claims = {
    exp: Math.floor(Date.now() / 1000) + 86_400,
    'https://api.openai.com/auth': { chatgpt_plan_type: 'plus', chatgpt_account_id: 'made-up' },
  }
  const token = `${base64url({ alg: 'none' })}.${base64url(claims)}.none`
  const tokens = { id_token: token, access_token: token, refresh_token: 'made-up', account_id: 'made-up' }
  const login = { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens, last_refresh: new Date().toISOString() }
  await writeFile(join(config, 'auth.json'), JSON.stringify(login), { mode: 0o600 })
  return { CODEX_HOME: config }
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** It takes another server by its settings alone. */
function codexProvider({ openaiBaseUrl }: FakeProvider): string {
  const server = `{name="fake",base_url="${openaiBaseUrl}",wire_api="responses",request_max_retries=0,stream_max_retries=0}`
  return `--config 'model_providers.fake=${server}' --config 'model_provider="fake"'`
}

/** What the server was asked for an answer with, as one text. */
export function askedOf({ provider }: RealWorld): string {
  return JSON.stringify(provider.requests.filter(({ method }) => method === 'POST').map(({ body }) => body))
}

/** The body of the first question. */
export function bodyOf({ provider }: RealWorld): JsonObject {
  return provider.requests.find(({ method }) => method === 'POST')?.body as JsonObject
}

/** Pids of the processes that have this home in their environment. */
export async function processesOf({ home }: RealWorld): Promise<readonly string[]> {
  const { readdir } = await import('node:fs/promises')
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found: string[] = []
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
    if (environment.includes(`HOME=${home}`)) found.push(pid)
  }
  return found
}
