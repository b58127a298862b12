import { ConfigError, ModelError } from '@heddle/core'
import type { BridgeCli, BridgeLogin } from './bridge-cli.ts'
import type { BridgeName } from './bridge-names.ts'

/** Its command is nowhere in the PATH. */
export function missingProgram({ name, command, install }: BridgeCli): ConfigError {
  return new ConfigError(
    'config.invalid',
    `${name} needs the program \`${command}\`, which is not in the PATH; install it with \`${install}\` and log in with \`${LOGIN_COMMANDS[name]}\``,
  )
}

/** It does not know what it is told to do. */
export function outdatedProgram({ name, command, install }: BridgeCli, said: string): ConfigError {
  return new ConfigError(
    'config.invalid',
    `The installed \`${command}\` does not understand what ${name} tells it (${said}); update it with \`${install}@latest\``,
  )
}

/** Nobody is logged in, or not any more. */
export function notLoggedIn(name: BridgeName, said = ''): ModelError {
  const because = said === '' ? '' : ` (${said})`
  return new ModelError(
    'model.auth',
    `${name} is not logged in${because}; log in with \`${LOGIN_COMMANDS[name]}\``,
  )
}

/** A key bills by the token, which is not what somebody asks for who asks for a subscription. */
export function wrongAccount(name: BridgeName): ModelError {
  return new ModelError(
    'model.auth',
    `${name} is logged in with an API key, which is billed by the token; log in to the subscription with \`${LOGIN_COMMANDS[name]}\`, or use ${BY_KEY[name]} with the key`,
  )
}

/** The answer stopped in the middle; worth one more try. */
export function brokenOff(name: BridgeName, reason: string, cause?: unknown): ModelError {
  return new ModelError('model.interrupted', `${name} broke off its answer: ${reason}`, {
    retryable: true,
    cause,
  })
}

/** A login that is looked up before a question, or after a failure that nothing was said of. */
export function loginFailure(name: BridgeName, login: BridgeLogin): ModelError | null {
  if (login === 'none') return notLoggedIn(name)
  return login === 'api-key' ? wrongAccount(name) : null
}

/** What to type where nobody is logged in. */
export const LOGIN_COMMANDS: Readonly<Record<BridgeName, string>> = {
  'claude-subscription': 'claude auth login',
  'codex-subscription': 'codex login',
}

const BY_KEY: Readonly<Record<BridgeName, string>> = {
  'claude-subscription': 'anthropic/…',
  'codex-subscription': 'openai/…',
}
