import type { JsonValue } from '@heddle/core'
import type { WireFrame } from './wire.ts'

/** How many values the JSON of these events holds; an object and an array count beside what is in them. */
export function countValues(frames: readonly WireFrame[]): number {
  return frames.reduce((sum, { data }) => sum + valuesIn(parsed(data)), 0)
}

/** The same events, but with another value in the place of one; values are counted from 0, a container before what is in it. */
export function withOddValue(frames: readonly WireFrame[], at: number, odd: JsonValue): readonly WireFrame[] {
  let left = at
  return frames.map((frame) => {
    const value = parsed(frame.data)
    const count = valuesIn(value)
    const isHere = left >= 0 && left < count
    const data = isHere && value !== undefined ? JSON.stringify(replaced(value, left, odd)) : frame.data
    left -= count
    return { ...frame, data }
  })
}

function parsed(data: string): JsonValue | undefined {
  return data.startsWith('{') ? (JSON.parse(data) as JsonValue) : undefined
}

function valuesIn(value: JsonValue | undefined): number {
  if (value === undefined) return 0
  return membersOf(value).reduce((sum, [, member]) => sum + valuesIn(member), 1)
}

function replaced(value: JsonValue, at: number, odd: JsonValue): JsonValue {
  if (at === 0) return odd
  let left = at - 1
  const entries = membersOf(value).map(([key, member]): [string, JsonValue] => {
    const count = valuesIn(member)
    const isHere = left >= 0 && left < count
    const kept = isHere ? replaced(member, left, odd) : member
    left -= count
    return [key, kept]
  })
  return Array.isArray(value) ? entries.map(([, member]) => member) : Object.fromEntries(entries)
}

function membersOf(value: JsonValue): [string, JsonValue][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).filter((entry): entry is [string, JsonValue] => entry[1] !== undefined)
}
