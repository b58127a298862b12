// Writes src/catalog/catalog-data.ts from a file in the shape of models.dev's api.json (MIT):
//   node --conditions=@heddle/source scripts/make-catalog.mjs FILE [OUTPUT]
import { readFileSync, writeFileSync } from 'node:fs'
import { CATALOG_SOURCES, readApiJson } from '../src/catalog/api-json.ts'
import { tablesOf } from '../src/catalog/tables-of.ts'

const [file, output = new URL('../src/catalog/catalog-data.ts', import.meta.url)] = process.argv.slice(2)
if (file === undefined) {
  console.error('Name a file in the shape of the api.json of models.dev: make-catalog.mjs FILE [OUTPUT]')
  process.exit(2)
}
const { models, skippedModels, skippedValues, newestChange } = readApiJson(
  JSON.parse(readFileSync(file, 'utf8')),
)
const tables = tablesOf(models)
const missing = Object.keys(CATALOG_SOURCES).filter((name) => tables[name] === undefined)
if (missing.length > 0) throw new Error(`${file} has no models of ${missing.join(', ')}`)

writeFileSync(
  output,
  `// Made by scripts/make-catalog.mjs from the model catalogue of models.dev (MIT); do not edit.
/* eslint-disable max-lines -- data, one line per model */

/** Day of the newest change in it. */
export const CATALOG_AS_OF = '${newestChange}'

/** Per backend, one line per model; catalog-row.ts says how to read them. */
export const CATALOG_DATA: Readonly<Record<string, string>> = {
${Object.entries(tables)
  .map(([name, table]) => `  ${name}: \`${table}\`,`)
  .join('\n')}
}
`,
)
console.log(`${models.length} models; left out: ${skippedModels} models, ${skippedValues} values`)
