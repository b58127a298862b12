import { hash } from 'node:crypto'

/** An exported graph of these lines. */
export function file(lines: readonly string[]): string {
  return ['{"heddleGraph":1}', ...lines, ''].join('\n')
}

/** The line of a node. */
export function nodeText(id: string, more: object = {}): string {
  const fields = {
    id,
    type: 'action',
    title: `Title of ${id}`,
    author: { kind: 'agent', name: 'agent' },
    project: 'loom',
    createdAtMs: 1,
    ...more,
  }
  return JSON.stringify({ node: fields })
}

/** The line of a link. */
export function edgeText(from: string, to: string, more: object = {}): string {
  const type = 'leads_to'
  const id = hash('sha256', `${from}\n${to}\n${type}`, 'hex').slice(0, 20)
  return JSON.stringify({ edge: { id, from, to, type, createdAtMs: 1, ...more } })
}

/** What the line of a node says. */
export function lineOf(text: string, id: string): object | undefined {
  const lines = text.split('\n').filter(Boolean)
  const nodes = lines.map((line) => (JSON.parse(line) as { node?: { readonly id: string } }).node)
  return nodes.find((node) => node?.id === id)
}
