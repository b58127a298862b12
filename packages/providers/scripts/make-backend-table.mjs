// Writes the table of backends, from the code, between its markers in the pages that have them:
//   node --conditions=@heddle/source scripts/make-backend-table.mjs
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import { addressVariables } from '../src/backends/address.ts'
import { ALIASES, BACKENDS } from '../src/backends/backend-table.ts'
import { keyHeadersOf } from '../src/backends/endpoint.ts'
import { needsKey } from '../src/backends/key.ts'

const BLOCK = /(<!-- backends: made by [^>]* -->\n)[^]*?(<!-- \/backends -->)/

/** The pages that hold the table. */
export const PAGES = ['../README.md', '../../../docs/reference/providers.md'].map((page) =>
  fileURLToPath(new URL(page, import.meta.url)),
)

/** The text of a page with the table as it should be. */
export async function withTable(page, text) {
  if (!BLOCK.test(text)) throw new Error(`${page} has no markers for the table of backends`)
  const rows = Object.entries(BACKENDS).map((entry) => rowOf(...entry))
  const table = [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
  const whole = text.replace(BLOCK, (_block, begin, end) => `${begin}\n${table}\n\n${end}`)
  return format(whole, { ...(await resolveConfig(page)), parser: 'markdown' })
}

const HEAD = ['backend', 'wire', 'asked at', 'key', 'sent as', 'address from']

function rowOf(name, endpoint) {
  const aliases = Object.keys(ALIASES).filter((alias) => ALIASES[alias] === name)
  const other = aliases.length > 0 ? ` (${aliases.map(code).join(', ')})` : ''
  const [, ...variables] = addressVariables(name, endpoint)
  const keys = endpoint.keyVariables.map(code).join(', ')
  return [
    `${code(name)}${other}`,
    code(endpoint.wire),
    endpoint.baseUrl === '' ? "each customer's own" : code(endpoint.baseUrl.replace(/^https:\/\//, '')),
    needsKey(endpoint) ? keys : `none, or ${keys}`,
    sentAs(endpoint),
    variables.map(code).join(', '),
  ]
}

function sentAs(endpoint) {
  const headers = keyHeadersOf(endpoint).map((name) => (name === 'authorization' ? 'bearer' : code(name)))
  const { placeholderKey } = endpoint
  return `${headers.join(', ')}${placeholderKey ? `; without a key ${code(placeholderKey)}` : ''}`
}

function code(text) {
  return `\`${text}\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of PAGES) writeFileSync(page, await withTable(page, readFileSync(page, 'utf8')))
}
