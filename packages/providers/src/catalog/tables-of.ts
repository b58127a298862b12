import type { CatalogTables } from './catalog.ts'
import type { CatalogModel } from './catalog-model.ts'
import { writeRow } from './catalog-row.ts'

/** Lines of models by backend. */
export function tablesOf(models: readonly CatalogModel[]): CatalogTables {
  const tables: Record<string, string> = {}
  for (const entry of models) tables[entry.provider] = `${tables[entry.provider] ?? '\n'}${writeRow(entry)}\n`
  return tables
}
