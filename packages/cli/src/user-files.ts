import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/** The catalogue that `heddle models update` got, in `$XDG_CACHE_HOME/heddle`, by default `~/.cache/heddle`. */
export function catalogCacheFile(env: NodeJS.ProcessEnv): string {
  return join(baseFolder(env, 'XDG_CACHE_HOME', '.cache'), 'heddle', 'models.json')
}

/** The user's own settings, in `$XDG_CONFIG_HOME/heddle`, by default `~/.config/heddle`. */
export function userConfigFile(env: NodeJS.ProcessEnv): string {
  return join(baseFolder(env, 'XDG_CONFIG_HOME', '.config'), 'heddle', 'config.toml')
}

/** Relative paths do not count: https://specifications.freedesktop.org/basedir-spec/latest/. */
function baseFolder(env: NodeJS.ProcessEnv, variable: string, usual: string): string {
  const base = env[variable] ?? ''
  return isAbsolute(base) ? base : join(env['HOME'] || homedir(), usual)
}
