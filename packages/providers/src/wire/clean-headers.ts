import { ConfigError } from '@heddle/core'

/**
 * Puts headers together; later ones win over earlier ones of the same name.
 *
 * @returns By lower-case names, without blanks around the values, such as the line break after a key in a file.
 * @throws ConfigError `config.invalid` for what HTTP cannot carry. It has the name in its sentence, never the value.
 */
export function cleanHeaders(
  provider: string,
  ...groups: readonly Readonly<Record<string, string>>[]
): Record<string, string> {
  const clean: Record<string, string> = {}
  for (const group of groups) {
    for (const [name, value] of Object.entries(group)) {
      const trimmed = value.trim()
      if (!NAME.test(name) || UNSENDABLE.test(trimmed)) throw unsendable(provider, name)
      clean[name.toLowerCase()] = trimmed
    }
  }
  return clean
}

/** RFC 9110, section 5.6.2. */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/

/** RFC 9110, section 5.5, and Latin-1 as the widest that clients send. */
const UNSENDABLE = /[^\t\x20-\x7e\x80-\xff]/

function unsendable(provider: string, name: string): ConfigError {
  return new ConfigError(
    'config.invalid',
    `The header ${JSON.stringify(name)} for ${provider} holds a character that cannot be sent; look for a line break or a foreign letter in the API key or the headers`,
  )
}
