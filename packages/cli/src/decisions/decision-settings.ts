import { ConfigError, isJsonObject } from '@heddle/core'

/** How decisions are recorded and used. */
export interface DecisionSettings {
  /** Runs in a project are recorded in its graph and told of earlier decisions. Default true. */
  readonly enabled: boolean
  /** Edits need a logged decision. Default false. */
  readonly enforcePreEdit: boolean
  /** Commits are linked to what they are about. Default true. */
  readonly autoLogCommits: boolean
  /** Confidence, 0–100, below which doubt spreads. Default 50. */
  readonly cascadeThreshold: number
}

export const DEFAULT_DECISIONS: DecisionSettings = {
  enabled: true,
  enforcePreEdit: false,
  autoLogCommits: true,
  cascadeThreshold: 50,
}

/** What one file says; members that are left out were not said. */
export interface GivenDecisions {
  readonly settings: Partial<DecisionSettings>
  /** Names of settings that are not known. */
  readonly unknown: readonly string[]
}

/**
 * Reads a `[decisions]` section.
 *
 * @throws ConfigError `config.invalid` naming the file and the setting that is not what it must be.
 */
export function readDecisions(section: unknown, file: string): GivenDecisions {
  if (section === undefined) return { settings: {}, unknown: [] }
  if (!isJsonObject(section)) {
    throw new ConfigError(
      'config.invalid',
      `${file}: \`decisions\` must be a section: [decisions] with settings such as enabled = false.`,
    )
  }
  const { enabled, enforce_pre_edit, auto_log_commits, cascade_threshold, ...unknown } = section
  return {
    settings: {
      ...given('enabled', flag({ enabled }, file)),
      ...given('enforcePreEdit', flag({ enforce_pre_edit }, file)),
      ...given('autoLogCommits', flag({ auto_log_commits }, file)),
      ...given('cascadeThreshold', percentage({ cascade_threshold }, file)),
    },
    unknown: Object.keys(unknown),
  }
}

/**
 * What counts of a user's and a project's settings. A project cannot have recorded what the user does not want
 * recorded, nor lift what the user demands before edits; the user's word is the stricter one for both.
 */
export function joinDecisions(
  user: Partial<DecisionSettings>,
  project: Partial<DecisionSettings>,
): DecisionSettings {
  const both = { ...DEFAULT_DECISIONS, ...user, ...project }
  return {
    enabled: user.enabled !== false && both.enabled,
    enforcePreEdit: user.enforcePreEdit === true || both.enforcePreEdit,
    autoLogCommits: user.autoLogCommits !== false && both.autoLogCommits,
    cascadeThreshold: both.cascadeThreshold,
  }
}

function given<K extends keyof DecisionSettings>(
  name: K,
  value: DecisionSettings[K] | undefined,
): Partial<Pick<DecisionSettings, K>> {
  return value === undefined ? {} : ({ [name]: value } as Pick<DecisionSettings, K>)
}

function flag(named: Readonly<Record<string, unknown>>, file: string): boolean | undefined {
  const [name = '', value] = Object.entries(named)[0] ?? []
  if (value === undefined || typeof value === 'boolean') return value
  throw wrong(file, name, 'true or false')
}

function percentage(named: Readonly<Record<string, unknown>>, file: string): number | undefined {
  const [name = '', value] = Object.entries(named)[0] ?? []
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 100) return value
  throw wrong(file, name, 'a whole number from 0 to 100')
}

function wrong(file: string, name: string, form: string): ConfigError {
  return new ConfigError('config.invalid', `${file}: \`${name}\` in [decisions] must be ${form}.`)
}
