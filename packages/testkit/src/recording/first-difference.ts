import type { JsonValue } from '@heddle/core'

/** Where two values are not the same, and what stands there. */
export interface Difference {
  /** Such as `messages[2].content[0].text`. */
  readonly path: string
  /** Excerpts of JSON, or `nothing`. */
  readonly left: string
  readonly right: string
}

/** Values are shown up to this many UTF-16 units. */
const SHOWN_LENGTH = 80
/** How much of equal text is shown before the place where two texts part. */
const LEAD_LENGTH = 20

/** @returns The first difference, depth first, members by name; `null` when the values are equal. */
export function firstDifference(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  path = '',
): Difference | null {
  if (Object.is(left, right)) return null
  if (typeof left === 'string' && typeof right === 'string') return textDifference(left, right, path)
  if (!isContainer(left) || !isContainer(right) || Array.isArray(left) !== Array.isArray(right)) {
    return { path, left: shown(left), right: shown(right) }
  }
  const names = new Set([...Object.keys(left), ...Object.keys(right)])
  for (const name of Array.isArray(left) ? names : [...names].sort()) {
    const below = Array.isArray(left) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`
    const difference = firstDifference(left[name], right[name], below)
    if (difference) return difference
  }
  return null
}

function isContainer(value: JsonValue | undefined): value is Record<string, JsonValue | undefined> {
  return typeof value === 'object' && value !== null
}

function textDifference(left: string, right: string, path: string): Difference {
  let at = 0
  while (left[at] === right[at]) at++
  const from = Math.max(0, at - LEAD_LENGTH)
  const excerpt = (text: string): string => {
    const piece = text.slice(from, from + SHOWN_LENGTH)
    return `${from > 0 ? '…' : ''}${JSON.stringify(piece)}${from + SHOWN_LENGTH < text.length ? '…' : ''}`
  }
  return { path, left: excerpt(left), right: excerpt(right) }
}

function shown(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length <= SHOWN_LENGTH ? text : text.slice(0, SHOWN_LENGTH - 1) + '…'
}
