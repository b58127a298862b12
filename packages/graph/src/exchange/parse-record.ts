import { checkEdge, checkId, checkNode, checkWhole, isTime } from '../check-batch.ts'
import { PARTS } from '../change-times.ts'
import { GraphError } from '../graph-error.ts'
import { edgeId } from '../edge-id.ts'
import type { GraphEdge } from '../model.ts'
import { EDGE_FIELDS, HEADER, NODE_FIELDS } from './record.ts'
import type { Fields, GraphRecord, NodeRecord } from './record.ts'

/** A record with the fields of it that this code does not know. */
export type ParsedRecord = GraphRecord & { readonly unknown: Fields }

/**
 * Looks whether a file is one of ours.
 *
 * @throws GraphError `graph.invalid`.
 */
export function checkHeader(line: string | undefined): void {
  // Editors of Windows put a mark before the first line, and a return at its end.
  const header = line?.replace(/^\uFEFF/, '').trimEnd()
  if (header === HEADER) return
  const version = /^\{"heddleGraph":(\d+)/.exec(header ?? '')?.[1]
  throw new GraphError(
    'graph.invalid',
    version === undefined
      ? `This is no exported decision graph: its first line is not ${HEADER}.`
      : `This decision graph was exported by a newer Heddle (format ${version}, this one knows 1); update Heddle.`,
  )
}

/**
 * Reads a line after the first.
 *
 * @param number - Of the line, from 1, for the sentence of an error.
 * @throws GraphError `graph.invalid`, naming the line.
 */
export function parseRecord(line: string, number: number): ParsedRecord {
  try {
    return recordOf(JSON.parse(line) as unknown)
  } catch (thrown) {
    const what = thrown instanceof Error ? thrown.message : String(thrown)
    throw new GraphError('graph.invalid', `Line ${number} of the exported graph is not right: ${what}`, {
      cause: thrown,
    })
  }
}

function recordOf(value: unknown): ParsedRecord {
  const [entry, ...more] = Object.entries(fieldsOf(value, 'the line'))
  if (entry === undefined || more.length > 0) throw wrong('it must hold one node, edge or dropped edge.')
  const [kind, content] = entry
  const fields = fieldsOf(content, kind)
  switch (kind) {
    case 'node':
      return { kind, node: nodeOf(fields), unknown: unknownOf(fields, NODE_FIELDS) }
    case 'edge':
    case 'dropped':
      return { kind, edge: edgeOf(fields), unknown: unknownOf(fields, EDGE_FIELDS) }
    default:
      throw wrong(`it holds a "${kind}", which this version does not know.`)
  }
}

function nodeOf(fields: Fields): NodeRecord {
  const createdAtMs = fields['createdAtMs']
  const node = {
    description: '',
    status: 'active',
    reason: '',
    confidence: null,
    judgement: null,
    evidence: [],
    files: [],
    commits: [],
    session: null,
    updatedAtMs: createdAtMs,
    changedAtMs: {},
    history: [],
    ...known(fields, NODE_FIELDS),
  } as unknown as NodeRecord
  checkShape(node)
  checkNode(node)
  checkWhole(node)
  return node
}

/** What a compiler would have seen to. */
function checkShape(node: NodeRecord): void {
  for (const name of ['id', 'type', 'title', 'description', 'status', 'reason', 'project'] as const) {
    if (typeof node[name] !== 'string') throw wrong(`"${name}" must be a text.`)
  }
  if (node.session !== null && typeof node.session !== 'string')
    throw wrong('"session" must be a text or null.')
  if (node.confidence !== null && typeof node.confidence !== 'number') {
    throw wrong('"confidence" must be a number or null.')
  }
  for (const name of ['createdAtMs', 'updatedAtMs'] as const) checkTime(node[name], name)
  only(fieldsOf(node.author, 'author'), AUTHOR_FIELDS, 'author')
  if (node.judgement !== null) fieldsOf(node.judgement, 'judgement')
  for (const name of ['evidence', 'files', 'commits', 'history'] as const) {
    if (!Array.isArray(node[name])) throw wrong(`"${name}" must be a list.`)
  }
  if (![...node.files, ...node.commits].every((text) => typeof text === 'string')) {
    throw wrong('"files" and "commits" must be lists of texts.')
  }
  for (const entry of node.evidence) only(fieldsOf(entry, 'evidence'), EVIDENCE_FIELDS, 'evidence')
  for (const [part, time] of Object.entries(fieldsOf(node.changedAtMs, 'changedAtMs'))) {
    if (!(part in PARTS)) throw wrong(`"changedAtMs" has a part "${part}", which this version does not know.`)
    checkTime(time, `changedAtMs.${part}`)
  }
  for (const entry of node.history) {
    const fields = fieldsOf(entry, 'history')
    only(fields, HISTORY_FIELDS, 'history')
    const { atMs, confidence, because } = fields
    checkTime(atMs, 'history.atMs')
    checkNode({ id: node.id, confidence: confidence as number | null })
    if (typeof because !== 'string') throw wrong('"history.because" must be a text.')
  }
}

function edgeOf(fields: Fields): GraphEdge {
  const edge = { weight: 1, rationale: '', ...known(fields, EDGE_FIELDS) } as unknown as GraphEdge
  for (const name of ['from', 'to', 'type', 'rationale'] as const) {
    if (typeof edge[name] !== 'string') throw wrong(`"${name}" must be a text.`)
  }
  checkId(edge.from)
  checkId(edge.to)
  // What the end of a choice must be is looked at when the node is known.
  checkEdge({ ...edge, toType: 'option' })
  checkTime(edge.createdAtMs, 'createdAtMs')
  const id = edgeId(edge.from, edge.to, edge.type)
  if (edge.id !== id) throw wrong(`the id of this link must be ${id}.`)
  return edge
}

function known(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name)))
}

function unknownOf(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

const AUTHOR_FIELDS: readonly string[] = ['kind', 'name']
const EVIDENCE_FIELDS: readonly string[] = ['runId', 'seq']
const HISTORY_FIELDS: readonly string[] = ['atMs', 'confidence', 'because']

/** What these hold is stored field by field: another one would be lost without a word. */
function only(fields: Fields, names: readonly string[], what: string): void {
  const stranger = Object.keys(fields).find((name) => !names.includes(name))
  if (stranger !== undefined)
    throw wrong(`"${what}" has a field "${stranger}", which this version does not know.`)
}

function checkTime(value: unknown, name: string): void {
  if (isTime(value)) return
  throw wrong(`"${name}" must be whole epoch milliseconds.`)
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw wrong(`${name} must be an object.`)
}

function wrong(message: string): GraphError {
  return new GraphError('graph.invalid', message)
}
