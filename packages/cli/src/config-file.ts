import { readFile } from 'node:fs/promises'
import { ConfigError, isJsonObject, messageOf } from '@heddle/core'
import { endpointsFromConfig, WELL_KNOWN_ROLES } from '@heddle/providers'
import type { Endpoints, Roles } from '@heddle/providers'
import { readDecisions } from './decisions/decision-settings.ts'
import type { DecisionSettings } from './decisions/decision-settings.ts'

/** Whose file it is: only the user may name who receives text and keys. */
export type ConfigOwner = 'user' | 'project'

/** What one config file says. */
export interface ConfigFile {
  readonly file: string
  readonly isThere: boolean
  readonly roles: Roles
  readonly endpoints: Endpoints
  readonly decisions: Partial<DecisionSettings>
  /** One sentence for each setting that was not understood, or that does not count in such a file. */
  readonly warnings: readonly string[]
}

/**
 * Reads one config file; one that is not there says nothing.
 *
 * @throws ConfigError `config.invalid` naming file and line when it is not TOML, or a value is not what it must be.
 */
export async function readConfigFile(file: string, owner: ConfigOwner): Promise<ConfigFile> {
  const text = await readIfPresent(file)
  if (text === null) return { file, isThere: false, roles: {}, endpoints: {}, decisions: {}, warnings: [] }
  // Most runs have no config file, and then need no parser.
  const { parse, TomlError } = await import('smol-toml')
  try {
    return interpret(parse(text), file, owner)
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown
    const problem = thrown.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''
    throw new ConfigError('config.invalid', `${file}, line ${thrown.line}: this is not TOML (${problem}).`, {
      cause: thrown,
    })
  }
}

async function readIfPresent(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw new ConfigError('config.invalid', `${file} cannot be read: ${messageOf(thrown)}.`, {
      cause: thrown,
    })
  }
}

function interpret(
  settings: Readonly<Record<string, unknown>>,
  file: string,
  owner: ConfigOwner,
): ConfigFile {
  const { model, provider, decisions, ...unknown } = settings
  const { settings: given, unknown: unknownDecisions } = readDecisions(decisions, file)
  const { endpoints, warnings } = readProvider(provider, file, owner)
  const { roles, unknown: unknownRoles } = readRoles(model, file)
  return {
    file,
    isThere: true,
    roles,
    endpoints,
    decisions: given,
    warnings: [
      ...Object.keys(unknown).map((key) => notKnown(file, key)),
      ...unknownRoles.map((key) => notKnown(file, `model.${key}`)),
      ...unknownDecisions.map((key) => notKnown(file, `decisions.${key}`)),
      ...warnings,
    ],
  }
}

/** Settings of `[model]` are roles: the well-known ones, and names of one's own. */
function readRoles(
  section: unknown = {},
  file: string,
): { readonly roles: Roles; readonly unknown: readonly string[] } {
  if (!isJsonObject(section)) {
    throw new ConfigError(
      'config.invalid',
      `${file}: \`model\` must be a section: [model] with default = "provider/model".`,
    )
  }
  const roles: Record<string, string> = {}
  const unknown: string[] = []
  for (const [role, models] of Object.entries(section)) {
    if (typeof models === 'string' && models.trim() !== '' && !models.includes('://')) roles[role] = models
    else if (!WELL_KNOWN_ROLES.includes(role)) unknown.push(role)
    else {
      throw new ConfigError(
        'config.invalid',
        `${file}: \`${role}\` in [model] must be a string such as "provider/model", or "provider/model, provider/other" for a chain.`,
      )
    }
  }
  return { roles, unknown }
}

function readProvider(
  section: unknown,
  file: string,
  owner: ConfigOwner,
): { readonly endpoints: Endpoints; readonly warnings: readonly string[] } {
  if (section === undefined) return { endpoints: {}, warnings: [] }
  if (owner === 'project') {
    const warning = `${file}: the setting \`provider\` has no effect in a project's file; whoever wrote it is not you, so who gets text and keys is named in your own config alone.`
    return { endpoints: {}, warnings: [warning] }
  }
  if (!isJsonObject(section)) {
    throw new ConfigError('config.invalid', `${file}: \`provider\` must be a section.`)
  }
  const { endpoints: named, ...unknown } = section
  const { endpoints, warnings } = locate(file, () => endpointsFromConfig(named))
  return {
    endpoints,
    warnings: [
      ...Object.keys(unknown).map((key) => notKnown(file, `provider.${key}`)),
      ...warnings.map((warning) => `${file}: ${warning}`),
    ],
  }
}

/** Its sentences name the setting; whoever mends it needs the file, too. */
function locate<T>(file: string, read: () => T): T {
  try {
    return read()
  } catch (thrown) {
    throw new ConfigError('config.invalid', `${file}: ${messageOf(thrown)}`, { cause: thrown })
  }
}

function notKnown(file: string, key: string): string {
  return `${file}: the setting \`${key}\` is not known and has no effect.`
}
