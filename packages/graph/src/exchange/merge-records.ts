import { PARTS } from '../change-times.ts'
import type { ChangeTimes, Part } from '../change-times.ts'
import type { GraphEdge } from '../model.ts'
import { canonicalJson, compareText } from './record.ts'
import type { Fields, NodeRecord } from './record.ts'

/**
 * Two states of one node as one. It makes no difference which is which, nor in which order several are merged:
 * of each part the later change counts, and of two at the same time the one with the greater JSON text;
 * evidence, files, commits and history are put together; who made the node, where and when is the earlier of
 * the two.
 */
export function mergeNodes(left: NodeRecord, right: NodeRecord): NodeRecord {
  if (canonicalJson(left) === canonicalJson(right)) return left
  const origin = earlier(left, right, ({ type, author, project, session }) => [
    type,
    author,
    project,
    session,
  ])
  const merged: Record<string, unknown> = {
    ...origin,
    evidence: union(left.evidence, right.evidence),
    files: union(left.files, right.files),
    commits: union(left.commits, right.commits),
    history: union(left.history, right.history).sort((a, b) => a.atMs - b.atMs || byJson(a, b)),
    updatedAtMs: Math.max(left.updatedAtMs, right.updatedAtMs),
  }
  const times: Partial<Record<Part, number>> = {}
  for (const part of Object.keys(PARTS) as Part[]) {
    const winner = later(left, right, part)
    for (const field of PARTS[part]) merged[field] = winner[field]
    if (timeOf(winner, part) !== origin.createdAtMs) times[part] = timeOf(winner, part)
  }
  merged['changedAtMs'] = times satisfies ChangeTimes
  return merged as unknown as NodeRecord
}

/** Links never change: of two that were made apart, the earlier one stays. */
export function mergeEdges(left: GraphEdge, right: GraphEdge): GraphEdge {
  return earlier(left, right, (edge) => edge)
}

/**
 * Fields that this code does not know, each by itself: a side that left it as it was yields; of two that
 * changed it, the greater JSON text counts.
 */
export function mergeUnknown(base: Fields, left: Fields, right: Fields): Fields {
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  return Object.fromEntries(
    [...names].flatMap((name): [string, unknown][] => {
      const changed = [left, right].filter((side) => textOf(side[name]) !== textOf(base[name]))
      const value = (changed.length === 0 ? [base] : changed)
        .map((side) => side[name])
        .sort(byJson)
        .at(-1)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

function timeOf(node: NodeRecord, part: Part): number {
  return node.changedAtMs[part] ?? node.createdAtMs
}

function later(left: NodeRecord, right: NodeRecord, part: Part): NodeRecord {
  const difference = timeOf(left, part) - timeOf(right, part)
  if (difference !== 0) return difference > 0 ? left : right
  const values = (node: NodeRecord): unknown[] => PARTS[part].map((field) => node[field])
  return byJson(values(left), values(right)) >= 0 ? left : right
}

function earlier<T extends { readonly createdAtMs: number }>(
  left: T,
  right: T,
  what: (one: T) => unknown,
): T {
  const difference = left.createdAtMs - right.createdAtMs || byJson(what(left), what(right))
  return difference <= 0 ? left : right
}

/** In the order of both where they are equal, else in that of their texts. */
function union<T>(left: readonly T[], right: readonly T[]): T[] {
  if (canonicalJson(left) === canonicalJson(right)) return [...left]
  return [...new Map([...left, ...right].map((value) => [canonicalJson(value), value])).values()].sort(byJson)
}

function byJson(left: unknown, right: unknown): number {
  return compareText(textOf(left), textOf(right))
}

function textOf(value: unknown): string {
  return value === undefined ? '' : canonicalJson(value)
}
