import type { StoreKind } from './database.ts'

const known = new Map<string, string>()

/** `(?, ?), (?, ?)` or `($1, $2), ($3, $4)`. */
export function placeholderRows(kind: StoreKind, rows: number, columns: number): string {
  const key = `${kind} ${rows} ${columns}`
  const made = known.get(key) ?? make(kind, rows, columns)
  known.set(key, made)
  return made
}

function make(kind: StoreKind, rows: number, columns: number): string {
  const row = (at: number): string =>
    Array.from({ length: columns }, (_, column) =>
      kind === 'sqlite' ? '?' : `$${at * columns + column + 1}`,
    ).join(', ')
  return Array.from({ length: rows }, (_, at) => `(${row(at)})`).join(', ')
}
