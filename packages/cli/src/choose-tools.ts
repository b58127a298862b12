import { ConfigError } from '@heddle/core'
import type { Tool } from '@heddle/core'

/** `human` exists only where somebody can answer, so it has to be named apart. */
const HUMAN = 'human'

/**
 * The tools that `--tools` names.
 *
 * @param names - null for all.
 * @throws ConfigError `config.invalid` for a name that is not among them.
 */
export function chooseTools(offered: readonly Tool[], names: readonly string[] | null): readonly Tool[] {
  if (names === null) return offered
  const unknown = names.find((name) => !offered.some((tool) => tool.name === name))
  if (unknown === undefined) return offered.filter((tool) => names.includes(tool.name))
  if (unknown === HUMAN) {
    throw new ConfigError('config.invalid', 'The tool "human" needs a terminal to ask at, and no --print.')
  }
  const known = offered.map((tool) => tool.name).toSorted()
  throw new ConfigError(
    'config.invalid',
    `There is no tool "${unknown}"; choose from ${known.join(', ')}, or none.`,
  )
}
