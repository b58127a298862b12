import { opendir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ToolError } from '@heddle/core'
import { similarity } from './similarity.ts'
import type { Place } from './workspace-path.ts'

/** Names looked at in a folder; a suggestion is not worth reading a million entries. */
const MAX_NAMES = 5_000
const MAX_SUGGESTIONS = 3
/** Below this a name is not a likely slip of the same word: `config.ts` and `confog.ts` have 0.75. */
const MIN_SIMILARITY = 0.5

/** The error for a path that does not exist: it names what is nearly so called in the same folder. */
export async function missingFile(place: Place): Promise<ToolError> {
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
  const lower = wanted.toLowerCase()
  return names
    .map((name) => ({ name, score: similarity(lower, name.toLowerCase()) }))
    .filter(({ score }) => score >= MIN_SIMILARITY)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_SUGGESTIONS)
    .map(({ name }) => name)
}
