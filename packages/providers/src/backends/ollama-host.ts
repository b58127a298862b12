/**
 * Ollama's own address, read from `OLLAMA_HOST` as Ollama reads it: host, port or both, with or without a scheme.
 *
 * @returns Scheme, host and port, without a slash at the end.
 */
export function ollamaHost(value: string | undefined): string {
  const given = (value ?? '').trim().replace(/\/+$/, '')
  const [, scheme, rest = ''] = /^(https?:\/\/)?(.*)$/.exec(given) ?? []
  const [, host = '', port] = /^(\[.*\]|[^:]*)(?::(\d+))?$/.exec(rest) ?? []
  // A server listens on all addresses by this name; a client cannot ask it.
  const name = host === '' || host === '0.0.0.0' || host === '[::]' ? '127.0.0.1' : host
  if (scheme !== undefined && port === undefined) return `${scheme}${name}`
  return `${scheme ?? 'http://'}${name}:${port ?? '11434'}`
}
