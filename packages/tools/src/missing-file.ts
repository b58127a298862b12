import { opendir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ToolError } from '@heddle/core'

/** Names looked at in a folder; a suggestion is not worth reading a million entries. */
const MAX_NAMES = 5_000
const MAX_SUGGESTIONS = 3
/** Share of a name's letters that may be wrong for a suggestion: `src` for `scr`, not for `sat`. */
const MAX_WRONG = 0.4
/** Letters of a name that are compared. */
const MAX_COMPARED_CHARS = 80

/** A path that leads nowhere. */
export interface MissingPath {
  /** Absolute. */
  readonly real: string
  /** As the model knows it. */
  readonly shown: string
}

/** The error for a path that does not exist: it names what is nearly so called in the same folder. */
export async function missingFile(place: MissingPath): Promise<ToolError> {
  const wanted = basename(place.real)
  const folder = dirname(place.shown)
  const names = await namesIn(dirname(place.real))
  if (names === null) {
    return new ToolError(
      'tool.failed',
      `There is no ${place.shown}: the folder ${folder} does not exist. Use glob to find the file.`,
    )
  }
  const near = nearest(wanted, names).map((name) => join(folder, name))
  const advice = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : 'Use glob to find the file.'
  return new ToolError('tool.failed', `There is no ${place.shown}. ${advice}`)
}

/** At most {@link MAX_NAMES} names; `null` when the folder cannot be read. */
async function namesIn(folder: string): Promise<readonly string[] | null> {
  try {
    const names: string[] = []
    for await (const entry of await opendir(folder)) {
      names.push(entry.name)
      if (names.length >= MAX_NAMES) break
    }
    return names
  } catch {
    return null
  }
}

function nearest(wanted: string, names: readonly string[]): readonly string[] {
  const lower = wanted.toLowerCase().slice(0, MAX_COMPARED_CHARS)
  return names
    .map((name) => ({ name, wrong: slips(lower, name.toLowerCase().slice(0, MAX_COMPARED_CHARS)) }))
    .filter(({ name, wrong }) => wrong <= MAX_WRONG * Math.max(lower.length, name.length))
    .sort((a, b) => a.wrong - b.wrong || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name)
}

/** Letters to add, drop, change or swap with their neighbour to get from one name to the other. */
function slips(from: string, to: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1]
      const isSwap =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current[column] = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (beforeLast[column - 2] ?? 0) + 1 : Infinity,
      )
    }
    beforeLast = last
    last = current
  }
  return last[to.length] ?? 0
}
