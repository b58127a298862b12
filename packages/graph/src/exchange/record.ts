import type { ChangeTimes } from '../change-times.ts'
import type { ConfidenceEntry } from '../decision-graph.ts'
import type { GraphEdge, GraphNode } from '../model.ts'

/** A node as it stands in a file: without doubts, which follow from the graph, and with what merging needs. */
export interface NodeRecord extends Omit<GraphNode, 'doubts'> {
  readonly changedAtMs: ChangeTimes
  /** Empty while the confidence never changed. */
  readonly history: readonly ConfidenceEntry[]
}

/** What a line says: a node, a link, or a link that was left out because it would close a cycle. */
export type GraphRecord =
  | { readonly kind: 'node'; readonly node: NodeRecord }
  | { readonly kind: 'edge' | 'dropped'; readonly edge: GraphEdge }

/** The first line of a file. */
export const HEADER = '{"heddleGraph":1}'

/** What a node has unless its line says otherwise. */
const NODE_DEFAULTS: Readonly<Record<string, string>> = {
  description: '""',
  status: '"active"',
  reason: '""',
  confidence: 'null',
  judgement: 'null',
  evidence: '[]',
  files: '[]',
  commits: '[]',
  session: 'null',
  changedAtMs: '{}',
  history: '[]',
}

const EDGE_DEFAULTS: Readonly<Record<string, string>> = { weight: '1', rationale: '""' }

/** In the order of a line. */
export const NODE_FIELDS: readonly string[] = [
  'id',
  'type',
  'title',
  'description',
  'status',
  'reason',
  'confidence',
  'judgement',
  'evidence',
  'files',
  'commits',
  'author',
  'project',
  'session',
  'createdAtMs',
  'updatedAtMs',
  'changedAtMs',
  'history',
]

export const EDGE_FIELDS: readonly string[] = [
  'id',
  'from',
  'to',
  'type',
  'weight',
  'rationale',
  'createdAtMs',
]

/** Fields of a line as JSON texts; what this code does not know keeps its place after what it knows. */
export type Fields = Readonly<Record<string, unknown>>

/** The line of a record, without its end. */
export function nodeLine(node: NodeRecord, unknown: Fields = {}): string {
  const isUnchanged = node.updatedAtMs === node.createdAtMs
  const defaults = isUnchanged ? { ...NODE_DEFAULTS, updatedAtMs: String(node.updatedAtMs) } : NODE_DEFAULTS
  return line('node', pick(node, NODE_FIELDS, defaults), unknown)
}

export function edgeLine(kind: 'edge' | 'dropped', edge: GraphEdge, unknown: Fields = {}): string {
  return line(kind, pick(edge, EDGE_FIELDS, EDGE_DEFAULTS), unknown)
}

function pick(
  record: object,
  names: readonly string[],
  defaults: Readonly<Record<string, string>>,
): [string, string][] {
  const values = record as Fields
  return names.flatMap((name): [string, string][] => {
    const text = canonicalJson(values[name])
    return text === defaults[name] ? [] : [[name, text]]
  })
}

function line(kind: string, known: readonly [string, string][], unknown: Fields): string {
  const rest = Object.keys(unknown)
    .sort(compareText)
    .map((name): [string, string] => [name, canonicalJson(unknown[name])])
  const fields = [...known, ...rest].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')
  return `{"${kind}":{${fields}}}`
}

/** JSON with the names of each object in order, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = value as Fields
  const names = Object.keys(fields).sort(compareText)
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`).join(',')}}`
}

/** By Unicode characters, as databases compare bytes; `<` would compare halves of characters. */
export function compareText(left: string, right: string): number {
  if (left === right) return 0
  const shorter = Math.min(left.length, right.length)
  for (let at = 0; at < shorter; at++) {
    const [a, b] = [left.charCodeAt(at), right.charCodeAt(at)]
    // What lies above the halves of pairs lies below the characters that are made of them.
    if (a !== b) return isHalf(a) === isHalf(b) ? a - b : isHalf(a) ? 1 : -1
  }
  return left.length - right.length
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff
}
