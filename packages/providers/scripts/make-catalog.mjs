// Writes src/catalog/catalog-data.ts from a file in the shape of models.dev's api.json (MIT):
//   node scripts/make-catalog.mjs FILE
import { readFileSync, writeFileSync } from 'node:fs'

/** Our name of a backend, and models.dev's. */
const SOURCES = {
  anthropic: 'anthropic',
  cerebras: 'cerebras',
  deepseek: 'deepseek',
  fireworks: 'fireworks-ai',
  google: 'google',
  groq: 'groq',
  mistral: 'mistral',
  nvidia: 'nvidia',
  openai: 'openai',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  together: 'togetherai',
  xai: 'xai',
  zai: 'zai',
}

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('Name a file in the shape of the api.json of models.dev: make-catalog.mjs FILE')
  process.exit(2)
}
const all = JSON.parse(readFileSync(file, 'utf8'))

const tables = Object.entries(SOURCES).map(([name, source]) => {
  const rows = Object.values(all[source]?.models ?? {})
    .filter(isChatModel)
    .filter((model) => source !== 'openrouter' || model.tool_call)
    .map((model) => rowOf(model))
    .sort()
  if (rows.length === 0) throw new Error(`no models of "${source}" in ${file}`)
  return `  ${name}: \`\n${rows.join('\n')}\n\`,`
})

writeFileSync(
  new URL('../src/catalog/catalog-data.ts', import.meta.url),
  `// Made by scripts/make-catalog.mjs from the model catalogue of models.dev (MIT); do not edit.
/* eslint-disable max-lines -- data, one line per model */

/**
 * Per backend, one line per model: id, context window, output limit, then USD per million tokens of
 * input, output, cached input and cache writing. A dash stands for what is unknown; dashes at the end
 * are left out. Then, where they apply: \`>\` with a number of input tokens and the four prices above it;
 * the field in which reasoning goes back; \`+s\` for structured output; \`~t\` for no tools.
 */
export const CATALOG_DATA: Readonly<Record<string, string>> = {
${tables.join('\n')}
}
`,
)

function isChatModel(model) {
  return (
    model.modalities?.output?.includes('text') === true &&
    model.modalities.output.length === 1 &&
    (model.limit?.context ?? 0) > 0 &&
    !/embed/.test(`${model.family} ${model.id}`) &&
    !/\s/.test(model.id)
  )
}

function rowOf({ id, limit, cost, interleaved, structured_output: isStructured, tool_call: hasTools }) {
  const row = [withoutDashes([id, limit.context, limit.output || '-', ...pricesOf(cost)])]
  for (const tier of tiersOf(id, cost)) row.push(`>${tier.tier.size}`, withoutDashes(pricesOf(tier)))
  if (interleaved?.field) row.push(interleaved.field)
  if (isStructured === true) row.push('+s')
  if (hasTools === false) row.push('~t')
  return row.join(' ')
}

function pricesOf(cost) {
  return [cost?.input ?? '-', cost?.output ?? '-', cost?.cache_read ?? '-', cost?.cache_write ?? '-']
}

function withoutDashes(cells) {
  return cells.join(' ').replace(/( -)+$/, '')
}

function tiersOf(id, cost) {
  const tiers = cost?.tiers ?? []
  const isKnown = tiers.every(({ input, output, tier }) => input >= 0 && output >= 0 && tier?.size > 0)
  if (tiers.length > 1 || !isKnown) throw new Error(`the price tiers of "${id}" are of a new kind`)
  return tiers
}
