import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ConfigError, isJsonObject, messageOf } from '@heddle/core'

/** What the environment and the config files ask for. */
export interface Config {
  /** The model to use unless `--model` names one, and where that is said; null when nowhere. */
  readonly model: { readonly name: string; readonly source: string } | null
  /** One sentence for each setting that was not understood. */
  readonly warnings: readonly string[]
}

/**
 * Reads, the first that names a model wins: `HEDDLE_MODEL`, `.heddle/config.toml` in the project, the
 * user's `$XDG_CONFIG_HOME/heddle/config.toml`. A project can name a model and nothing else, because
 * whoever wrote it is not the user: no address to send text or keys to.
 *
 * @param root - The project folder.
 * @throws ConfigError `config.invalid` naming file and line when one is not TOML, or a value is not what it must be.
 */
export async function readConfig(root: string, env: NodeJS.ProcessEnv): Promise<Config> {
  const base = env['XDG_CONFIG_HOME'] ?? ''
  const userFolder = isAbsolute(base) ? base : join(env['HOME'] || homedir(), '.config')
  const files = [join(root, '.heddle', 'config.toml'), join(userFolder, 'heddle', 'config.toml')]
  const read = await Promise.all(files.map(readConfigFile))

  const named = env['HEDDLE_MODEL']?.trim()
  const fromFile = read.find((file) => file.model !== null)
  return {
    model: named ? { name: named, source: 'HEDDLE_MODEL' } : (fromFile?.model ?? null),
    warnings: read.flatMap((file) => file.warnings),
  }
}

async function readConfigFile(file: string): Promise<Config> {
  const text = await readIfPresent(file)
  if (text === null) return { model: null, warnings: [] }
  // Most runs have no config file, and then need no parser.
  const { parse, TomlError } = await import('smol-toml')
  try {
    return interpret(parse(text), file)
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

function interpret(settings: Readonly<Record<string, unknown>>, file: string): Config {
  const { model: section = {}, ...unknownSections } = settings
  if (!isJsonObject(section)) {
    throw new ConfigError(
      'config.invalid',
      `${file}: \`model\` must be a section: [model] with default = "provider/model".`,
    )
  }
  const { default: name, ...unknownSettings } = section
  if (name !== undefined && typeof name !== 'string') {
    throw new ConfigError(
      'config.invalid',
      `${file}: \`default\` in [model] must be a string such as "provider/model".`,
    )
  }
  const unknown = [
    ...Object.keys(unknownSections),
    ...Object.keys(unknownSettings).map((key) => `model.${key}`),
  ]
  return {
    model: name === undefined ? null : { name, source: file },
    warnings: unknown.map((key) => `${file}: the setting \`${key}\` is not known and has no effect.`),
  }
}
