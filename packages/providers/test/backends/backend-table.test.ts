import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { PAGES, withTable } from '../../scripts/make-backend-table.mjs'
import { ALIASES, BACKENDS } from '../../src/backends/backend-table.ts'
import { CATALOG_SOURCES } from '../../src/catalog/api-json.ts'
import { builtInCatalog } from '../../src/catalog/catalog.ts'
import { DEFAULT_MODELS } from '../../src/backends/default-models.ts'

test.each(PAGES)('%s has the table that the code makes', async (page) => {
  const text = await readFile(page, 'utf8')

  expect(text, 'run scripts/make-backend-table.mjs of this package').toBe(await withTable(page, text))
})

test('a page that says something else is found out', async () => {
  const [page = ''] = PAGES
  const text = await readFile(page, 'utf8')

  expect(await withTable(page, text.replace('GROQ_API_KEY', 'GROK_API_KEY'))).toBe(text)
  await expect(withTable('a.md', 'no markers')).rejects.toThrow('a.md has no markers')
})

test('aliases, the catalogue and the models for a lone key speak of backends that there are', () => {
  for (const name of [...Object.values(ALIASES), ...Object.keys(CATALOG_SOURCES)])
    expect(BACKENDS).toHaveProperty([name])
  for (const [name, model] of DEFAULT_MODELS) {
    expect(builtInCatalog.find(name, model), `${name}/${model}`).toMatchObject({
      info: { tools: true },
      status: null,
    })
  }
})

test('every hosted backend is known to the catalogue', () => {
  const hosted = Object.entries(BACKENDS).filter(([, endpoint]) => endpoint.isLocal !== true)

  expect(hosted.map(([name]) => name).sort()).toEqual(Object.keys(CATALOG_SOURCES).sort())
})
