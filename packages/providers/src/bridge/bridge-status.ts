import { processEnvironment } from '../environment.ts'
import type { Environment } from '../environment.ts'
import type { BridgeLogin } from './bridge-cli.ts'
import { LOGIN_COMMANDS } from './bridge-failure.ts'
import type { BridgeName } from './bridge-names.ts'
import { cliOf } from './cli-of.ts'
import { findCommand } from './find-command.ts'
import { lookUpLogin, lookUpVersion } from './run-cli.ts'

/** Whether a bridge can be used, and what to do if not. Holds no secret and nothing of an account. */
export interface BridgeStatus {
  readonly bridge: BridgeName
  /** The program behind it. */
  readonly command: string
  /** Where it is; `null` when it is not in the PATH. */
  readonly path: string | null
  /** Such as `2.1.328`; `null` when it did not say. */
  readonly version: string | null
  /** `unknown` also when there is no program. */
  readonly login: BridgeLogin
  /** True when a question can be asked. False only when it is known that none can. */
  readonly isReady: boolean
  /** What is missing, in a sentence that says what to type; `null` when nothing is known to be. */
  readonly hint: string | null
}

/** What {@link bridgeStatus} may be told. */
export interface BridgeStatusOptions {
  /** Where the PATH is looked up, and what the program gets, but for secrets. Default: the process's environment. */
  readonly env?: Environment
  /** Aborting it ends the program that is asked. */
  readonly signal?: AbortSignal
}

/**
 * Looks whether a bridge's program is there and logged in, by asking the program. No server is asked for an
 * answer, and no credential is read. It takes as long as the program needs to start, at most 10 s.
 *
 * @throws What `signal` was aborted with; nothing else.
 */
export async function bridgeStatus(
  bridge: BridgeName,
  { env = processEnvironment(), signal = new AbortController().signal }: BridgeStatusOptions = {},
): Promise<BridgeStatus> {
  signal.throwIfAborted()
  const cli = cliOf(bridge)
  const { command, install } = cli
  const path = await findCommand(command, env)
  if (path === null) {
    const hint = `Install \`${command}\` with \`${install}\`, then log in with \`${LOGIN_COMMANDS[bridge]}\`.`
    return { bridge, command, path, version: null, login: 'unknown', isReady: false, hint }
  }
  const found = { cli, path, env }
  const [version, login] = await Promise.all([lookUpVersion(found, signal), lookUpLogin(found, signal)])
  return { bridge, command, path, version, login, ...readinessOf(login, LOGIN_COMMANDS[bridge]) }
}

function readinessOf(login: BridgeLogin, howTo: string): Pick<BridgeStatus, 'isReady' | 'hint'> {
  switch (login) {
    case 'none':
      return { isReady: false, hint: `Log in with \`${howTo}\`.` }
    case 'api-key':
      return {
        isReady: false,
        hint: `Log in to the subscription with \`${howTo}\`: an API key is billed by the token.`,
      }
    case 'subscription':
    case 'unknown':
      return { isReady: true, hint: null }
  }
}
