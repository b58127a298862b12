import { ConfigError, ModelError } from '@heddle/core'
import type { LanguageModel, ModelEvent, ModelRequest } from '@heddle/core'
import { askCli } from './bridge/ask-cli.ts'
import { loginFailure, missingProgram } from './bridge/bridge-failure.ts'
import { BRIDGE_INFO } from './bridge/bridge-names.ts'
import type { BridgeName } from './bridge/bridge-names.ts'
import type { BridgeCli } from './bridge/bridge-cli.ts'
import { cliOf } from './bridge/cli-of.ts'
import { findCommand } from './bridge/find-command.ts'
import { lookUpLogin } from './bridge/run-cli.ts'
import { isNode } from './transport/is-node.ts'
import { transportOf } from './wire/transport-options.ts'
import type { Transport, TransportOptions } from './wire/transport-options.ts'

export { bridgeStatus } from './bridge/bridge-status.ts'
export type { BridgeStatus, BridgeStatusOptions } from './bridge/bridge-status.ts'
export type { BridgeLogin } from './bridge/bridge-cli.ts'
export type { BridgeName } from './bridge/bridge-names.ts'

/** What {@link bridge} is told. `env` is where the PATH is looked up, and what the program gets but for secrets. */
export interface BridgeOptions extends Pick<
  TransportOptions,
  'env' | 'firstByteTimeoutMs' | 'idleTimeoutMs' | 'totalTimeoutMs' | 'maxResponseBytes'
> {
  readonly bridge: BridgeName
  /** As the program calls it, such as `sonnet`. */
  readonly model: string
}

/**
 * A model behind somebody's subscription: asked through their own, logged-in `claude` or `codex` program, one
 * process for each answer. No credential is seen, read or handed on. Node on Linux and macOS.
 *
 * It answers in text, or JSON by a schema; it calls no tools, and a request that has some is
 * `model.invalid_request`. `temperature` has no effect, nor, with `codex`, has `maxOutputTokens`.
 *
 * The defaults of time-outs and sizes are those of `compatible`, but that `codex`, which prints no pieces of an
 * answer, may be silent for 300 s in the middle of one.
 *
 * @see docs/reference/providers.md
 */
export function bridge(options: BridgeOptions): LanguageModel {
  const cli = cliOf(options.bridge)
  const transport = transportOf({ idleTimeoutMs: cli.idleTimeoutMs, ...options })
  const account = { isKnown: cli.tellsAccount }
  return {
    id: `${cli.name}/${options.model}`,
    info: BRIDGE_INFO,
    stream: (request, signal) => ask({ cli, model: options.model, transport, account }, request, signal),
  }
}

interface Bridge {
  readonly cli: BridgeCli
  readonly model: string
  readonly transport: Transport
  /** Whether it need not be looked up any more that answers come by the subscription. */
  readonly account: { isKnown: boolean }
}

async function* ask(
  { cli, model, transport, account }: Bridge,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<readonly ModelEvent[], void, undefined> {
  if (signal.aborted) throw aborted(cli)
  if (!isNode()) throw new ConfigError('config.invalid', `${cli.name} runs a program, which needs Node`)
  refuseUnfit(cli, request)
  const { env, patience, maxResponseBytes } = transport
  const path = await findCommand(cli.command, env)
  if (path === null) throw missingProgram(cli)
  const found = { cli, path, env }
  if (!account.isKnown) {
    const login = await lookUpLogin(found, signal).catch((thrown: unknown) => {
      throw signal.aborted ? aborted(cli) : thrown
    })
    const refusal = loginFailure(cli.name, login)
    if (refusal) throw refusal
    account.isKnown = true
  }
  yield* askCli({ found, model, request, patience, maxResponseBytes }, signal)
}

function refuseUnfit({ name }: BridgeCli, { tools, extraBody }: ModelRequest): void {
  if (tools.length > 0) {
    throw new ModelError(
      'model.invalid_request',
      `${name} calls no tools, and was given ${tools.length}; leave them out, or use a model behind an API`,
    )
  }
  if (extraBody && Object.keys(extraBody).length > 0) {
    throw new ModelError(
      'model.invalid_request',
      `${name} has no request body for \`extraBody\` to go into; leave it out, or use a model behind an API`,
    )
  }
}

function aborted({ name }: BridgeCli): ModelError {
  return new ModelError('model.aborted', `The request to ${name} was aborted`)
}
