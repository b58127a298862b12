import type { Environment } from '../environment.ts'

/** What a program gets of our environment. */
export interface EnvironmentRules {
  /** Names that get through although they look like secrets: the program's own login. */
  readonly keeps: readonly string[]
  /** Names that do not get through: they would change whom it asks, or what it takes itself for. */
  readonly drops: RegExp
  /** Always set. */
  readonly sets: Readonly<Record<string, string>>
}

/** Names that look like secrets. A keyring is where a login is kept, not the login. */
const SECRET_NAME = /KEY(?!RING)|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL/i

/**
 * The environment of a program. It gets no key of anybody: with one it would bill that account by the token
 * instead of using the subscription.
 */
export function cliEnvironment(
  env: Environment,
  { keeps, drops, sets }: EnvironmentRules,
): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue
    if (keeps.includes(name) || !(SECRET_NAME.test(name) || drops.test(name))) passed[name] = value
  }
  return { ...passed, ...sets }
}
