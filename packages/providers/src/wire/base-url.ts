import { ConfigError } from '@heddle/core'

/**
 * Reads a base URL; slashes at its end do not count.
 *
 * @throws ConfigError `config.invalid` for anything but an http or https URL. The text is not repeated
 *   in the sentence beyond its host, since it may hold a password.
 */
export function parseBaseUrl(provider: string, text: string): URL {
  const url = URL.parse(text.trim().replace(/\/+$/, ''))
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') return url
  throw new ConfigError(
    'config.invalid',
    `The base URL for ${provider} cannot be used; write it like https://host/v1, without a user or password in it`,
  )
}
