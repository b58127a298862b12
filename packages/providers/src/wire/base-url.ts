import { ConfigError } from '@heddle/core'
import { rememberLast } from './remember-last.ts'

/** Where a server is. */
export interface BaseUrl {
  /** Without a slash at its end. */
  readonly href: string
  /** For error sentences: without credentials or path. */
  readonly host: string
}

/**
 * Reads base URLs, each once; slashes at its end do not count.
 *
 * @returns A function that throws ConfigError `config.invalid` for anything but an http or https URL. The
 *   text is not repeated in the sentence, since it may hold a password.
 */
export function baseUrlReader(provider: string): (text: string) => BaseUrl {
  return rememberLast((text) => parseBaseUrl(provider, text))
}

function parseBaseUrl(provider: string, text: string): BaseUrl {
  const url = URL.parse(text.trim().replace(/\/+$/, ''))
  if (url && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '') {
    return { href: url.href.replace(/\/+$/, ''), host: url.host }
  }
  throw new ConfigError(
    'config.invalid',
    `The base URL for ${provider} cannot be used; write it like https://host/v1, without a user or password in it`,
  )
}
