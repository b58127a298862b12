import { ConfigError } from '@heddle/core'

/** Where a server is. */
export interface BaseUrl {
  /** Without a slash at its end. */
  readonly href: string
  /** For error sentences: without credentials or path. */
  readonly host: string
}

/** How many base URLs are remembered; a program asks a handful of them, for each of its models anew. */
const MAX_KNOWN = 100

const known = new Map<string, BaseUrl>()

/**
 * Reads a base URL; slashes at its end do not count.
 *
 * @throws ConfigError `config.invalid` for anything but an http or https URL. The text is not repeated in the
 *   sentence, since it may hold a password.
 */
export function readBaseUrl(provider: string, text: string): BaseUrl {
  let url = known.get(text)
  if (url === undefined) {
    url = parseBaseUrl(provider, text)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(text, url)
  }
  return url
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
