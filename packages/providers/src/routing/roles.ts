import { ConfigError } from '@heddle/core'
import { nearestName } from '../backends/nearest-name.ts'

/** Model strings by what they are used for: `default`, `weak`, `architect`, `editor`, or names of one's own. */
export type Roles = Readonly<Record<string, string>>

/** Roles that may be left out: they are then played by `default`. */
export const WELL_KNOWN_ROLES: readonly string[] = ['default', 'weak', 'architect', 'editor']

/**
 * The model strings that a text stands for, in the order in which they are tried: model strings and roles,
 * with commas between them. A role may stand for roles.
 *
 * @returns 1..n, each once.
 * @throws ConfigError `config.unknown_role` for a role that is not set, `config.invalid` for an empty text
 *   and for roles that stand for each other in a circle.
 */
export function modelStringsOf(text: string, roles: Roles | undefined): readonly string[] {
  return [...new Set(resolve(text, roles, []))]
}

function resolve(text: string, given: Roles | undefined, path: readonly string[]): readonly string[] {
  const roles = given ?? {}
  return text.split(',').flatMap((part) => {
    const name = part.trim()
    if (name === '' && text.trim() !== '') throw invalid(`"${text.trim()}" has a comma too many`)
    const role = roleFor(name, roles)
    if (role === null) {
      // What is wrong with it where nobody speaks of roles, who parses it says best.
      if (name === '' || /[/:]/.test(name) || !(given || WELL_KNOWN_ROLES.includes(name))) return [name]
      throw unknownRole(name, roles)
    }
    if (path.includes(role)) throw invalid(`The roles ${[...path, role].join(' → ')} lead in a circle`)
    return resolve(roles[role] ?? '', roles, [...path, role])
  })
}

/** @returns The role that is set for this name; `null` when none is. */
function roleFor(name: string, roles: Roles): string | null {
  if (Object.hasOwn(roles, name)) return name
  return WELL_KNOWN_ROLES.includes(name) && Object.hasOwn(roles, 'default') ? 'default' : null
}

function unknownRole(name: string, roles: Roles): ConfigError {
  const known = [...new Set([...WELL_KNOWN_ROLES, ...Object.keys(roles)])]
  if (WELL_KNOWN_ROLES.includes(name)) {
    const missing = name === 'default' ? 'is not set' : 'is not set, and neither is the role default'
    return new ConfigError(
      'config.unknown_role',
      `The role ${name} ${missing}; give it a model string, such as anthropic/claude-sonnet-5`,
    )
  }
  const nearest = nearestName(name, known)
  const guess = nearest === null ? '' : `; did you mean "${nearest}"?`
  return new ConfigError(
    'config.unknown_role',
    `"${name}" is neither a model string, such as anthropic/claude-sonnet-5 or ollama:qwen3:8b, nor a role${guess === '' ? '; roles are ' : `${guess} Roles are `}${known.join(', ')}`,
  )
}

function invalid(problem: string): ConfigError {
  return new ConfigError('config.invalid', problem)
}
