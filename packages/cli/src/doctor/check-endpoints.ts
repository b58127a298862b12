import { messageOf } from '@heddle/core'
import {
  ALIASES,
  backendStatus,
  chooseModel,
  models,
  parseModelString,
  probeEndpoint,
} from '@heddle/providers'
import type { BackendStatus, EndpointProbe, ModelsOptions } from '@heddle/providers'
import type { Config } from '../config.ts'
import { formatPlural } from '../quantities.ts'
import { good } from './check.ts'
import type { Check } from './check.ts'

/** Without a network nobody wants to wait; a server on another continent answers in a fifth of it. */
const PROBE_TIMEOUT_MS = 1_500

/** The backends, each asked for its models: those with a key, those in the settings, and those on this machine. */
export async function checkEndpoints(config: Config, naming: ModelsOptions): Promise<readonly Check[]> {
  const statuses = backendStatus(naming.env, config.endpoints)
  const asked = statuses.filter(({ isReady }) => isReady)
  const probes = await Promise.all(
    asked.map(async (status) => ({
      status,
      probe: await probeEndpoint(status.provider, { ...naming, timeoutMs: PROBE_TIMEOUT_MS }),
    })),
  )
  const remote = probes.filter(({ status }) => !status.isLocal)
  const isOffline = remote.length > 0 && remote.every(({ probe }) => !probe.isReachable)
  const checks = probes.flatMap(({ status, probe }) => endpointCheck(status, probe, config, isOffline))
  const isNamed = ({ provider }: BackendStatus): boolean => Object.hasOwn(config.endpoints, provider)
  const keyless = statuses.filter((one) => !one.isReady && (isNamed(one) || !one.isLocal))
  return [...checks, ...unready(keyless, config), ...nothingLocal(checks)]
}

function endpointCheck(
  status: BackendStatus,
  probe: EndpointProbe,
  { endpoints }: Config,
  isOffline: boolean,
): Check[] {
  const { provider, isLocal, address, keyFrom, addressFrom } = status
  const isConfigured = Object.hasOwn(endpoints, provider) || addressFrom !== null
  const group = isLocal ? 'Servers of your own' : 'Models'
  const key = keyFrom === null ? '' : keyFrom === 'config' ? ', key in your settings' : `, ${keyFrom} is set`
  if (probe.error === null) {
    const count = probe.models === null ? '' : `, ${formatPlural(probe.models, 'model')}`
    return [good(group, provider, `answers at ${address} in ${probe.ms} ms${count}${key}`)]
  }
  if (probe.isReachable) {
    if (probe.error.code !== 'model.auth')
      return [
        {
          group,
          name: provider,
          status: 'info',
          text: `answers at ${address}${key}, but lists no models`,
          advice: null,
        },
      ]
    const where = keyFrom === null ? 'its key' : keyFrom === 'config' ? 'auth_key in your settings' : keyFrom
    return [
      { group, name: provider, status: 'broken', text: `refuses the key${key}`, advice: `check ${where}` },
    ]
  }
  if (isLocal && !Object.hasOwn(endpoints, provider)) return absent(status)
  if (isConfigured && (isLocal || !isOffline)) {
    const named = addressFrom ?? 'your settings'
    return [
      {
        group,
        name: provider,
        status: 'broken',
        text: `does not answer at ${address}`,
        advice: `start it, or correct the address in ${named}`,
      },
    ]
  }
  const text = isOffline
    ? `not reachable, as nothing is: this machine seems to be offline${key}`
    : `does not answer at ${address}${key}`
  return [
    {
      group,
      name: provider,
      status: 'info',
      text,
      advice: isOffline ? null : 'try again, or check a proxy or firewall',
    },
  ]
}

/** Nobody is expected to run all of the servers that could be there, or the one that a variable is about. */
function absent({ provider, address, addressFrom }: BackendStatus): Check[] {
  if (addressFrom === null) return []
  return [
    {
      group: 'Servers of your own',
      name: provider,
      status: 'info',
      text: `does not answer at ${address}`,
      advice: `start it, or correct ${addressFrom}`,
    },
  ]
}

/** Backends without a key are one line; one that the settings name is broken without. */
function unready(statuses: readonly BackendStatus[], { endpoints }: Config): Check[] {
  const isNamed = ({ provider }: BackendStatus): boolean => Object.hasOwn(endpoints, provider)
  const broken = statuses.filter(isNamed).map((status): Check => ({
    group: 'Models',
    name: status.provider,
    status: 'broken',
    text: status.address === null ? 'has no address' : 'has no key',
    advice:
      status.address === null
        ? 'give it a url in your settings'
        : `set ${status.keyVariables[0] ?? 'its key'}`,
  }))
  const others = statuses.filter((status) => !isNamed(status))
  if (others.length === 0) return broken
  const names = others.map(({ provider }) => provider).join(', ')
  const line: Check = {
    group: 'Models',
    name: 'no key',
    status: 'info',
    text: names,
    advice: 'heddle models names the variables',
  }
  return [...broken, line]
}

function nothingLocal(checks: readonly Check[]): Check[] {
  if (checks.some(({ group }) => group === 'Servers of your own')) return []
  return [
    {
      group: 'Servers of your own',
      name: 'local',
      status: 'info',
      text: 'none answers at its usual port',
      advice: null,
    },
  ]
}

/** What a run without `--model` would ask, and whether the roles can be played. */
export async function checkRoles(config: Config, naming: ModelsOptions): Promise<readonly Check[]> {
  const statuses = backendStatus(naming.env, config.endpoints)
  const scene = { naming, statuses }
  const roles = Object.entries(config.roles)
    .filter(([role]) => role !== 'default')
    .map(([role, text]) => playable(`role ${role}`, { models: text, source: '' }, scene))
  if (config.model !== null) {
    const { name, source } = config.model
    return [playable('model', { models: name, source }, scene), ...roles]
  }
  const { model, because, detail } = await chooseModel(naming)
  const isOffline = because === 'offline'
  const answers: Check = {
    group: 'Models',
    name: 'model',
    status: isOffline ? 'info' : 'ok',
    text: `${model.id} (${detail})`,
    advice: isOffline ? 'set a key, or start Ollama' : null,
  }
  return [answers, ...roles]
}

interface Scene {
  readonly naming: ModelsOptions
  readonly statuses: readonly BackendStatus[]
}

/** Whether one of the models can be asked, as far as can be said without asking. */
function playable(
  name: string,
  asked: { readonly models: string; readonly source: string },
  { naming, statuses }: Scene,
): Check {
  const said = asked.source === '' ? asked.models : `${asked.models} (${asked.source})`
  try {
    models(asked.models, naming)
  } catch (thrown) {
    const advice = `correct ${asked.source === '' ? 'it in [model]' : asked.source}`
    return { group: 'Models', name, status: 'broken', text: messageOf(thrown), advice }
  }
  const parts = asked.models.split(',')
  const keyless = parts.flatMap((part) => {
    if (!/[/:]/.test(part)) return []
    const { provider } = parseModelString(part)
    const own = Object.hasOwn(ALIASES, provider) ? ALIASES[provider] : provider
    return statuses.filter((status) => status.provider === own && !status.isReady)
  })
  const [first] = keyless
  if (first === undefined || keyless.length < parts.length) return good('Models', name, said)
  const lack = first.address === null ? 'no address' : 'no key'
  const advice = `set ${(first.address === null ? first.addressVariables : first.keyVariables)[0] ?? 'it'}`
  return { group: 'Models', name, status: 'broken', text: `${said}: ${first.provider} has ${lack}`, advice }
}
