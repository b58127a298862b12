import { join } from 'node:path'
import type { Endpoints, Roles } from '@heddle/providers'
import { readConfigFile } from './config-file.ts'
import { joinDecisions } from './decisions/decision-settings.ts'
import type { DecisionSettings } from './decisions/decision-settings.ts'
import { findProject, HEDDLE_FOLDER } from './project.ts'
import { userConfigFile } from './user-files.ts'

/** What the environment and the config files ask for. */
export interface Config {
  /** The model to use unless `--model` names one, and where that is said; null when nowhere. */
  readonly model: { readonly name: string; readonly source: string } | null
  /** Model strings by role; what a project says of a role counts before what the user says. */
  readonly roles: Roles
  /** Of the user's own file alone. */
  readonly endpoints: Endpoints
  readonly decisions: DecisionSettings
  /** Config files that could be there, the strongest first. */
  readonly files: readonly { readonly file: string; readonly isThere: boolean }[]
  /** One sentence for each setting that was not understood. */
  readonly warnings: readonly string[]
}

/**
 * Reads `HEDDLE_MODEL`, `.heddle/config.toml` of the project around a folder, and the user's
 * `$XDG_CONFIG_HOME/heddle/config.toml`. A project can name models and say how its decisions are kept, and
 * nothing else, because whoever wrote it is not the user: no address to send text or keys to.
 *
 * @param root - The folder in which one works.
 * @throws ConfigError `config.invalid` naming file and line when one is not TOML, or a value is not what it must be.
 */
export async function readConfig(root: string, env: NodeJS.ProcessEnv): Promise<Config> {
  const [project, user] = await Promise.all([
    readConfigFile(join(findProject(root) ?? root, HEDDLE_FOLDER, 'config.toml'), 'project'),
    readConfigFile(userConfigFile(env), 'user'),
  ])
  const named = env['HEDDLE_MODEL']?.trim()
  const source = [project, user].find(({ roles }) => roles['default'] !== undefined)
  const roles = { ...user.roles, ...project.roles }
  const inFile = source ? { name: roles['default'] ?? '', source: source.file } : null
  return {
    model: named ? { name: named, source: 'HEDDLE_MODEL' } : inFile,
    // A role that is not set is played by the default, which the variable names; a role's name there names no model.
    roles: named && /[/:]/.test(named) ? { ...roles, default: named } : roles,
    endpoints: user.endpoints,
    decisions: joinDecisions(user.decisions, project.decisions),
    files: [project, user].map(({ file, isThere }) => ({ file, isThere })),
    warnings: [...project.warnings, ...user.warnings],
  }
}
