import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { ConfigError, messageOf } from '@heddle/core'
import { mergeGraphs } from '@heddle/graph'
import type { GraphExchange, ImportReport } from '@heddle/graph'
import type { Page } from '../page.ts'
import { formatPlural } from '../quantities.ts'
import { writeOutput } from './write-output.ts'
import type { OutputPlace } from './write-output.ts'

/**
 * Writes the graph as text, a node a line.
 *
 * @param project - Whose nodes; `*` is all of them.
 * @returns How many lines.
 */
export async function exportGraph(
  page: Page,
  exchange: GraphExchange,
  project: string,
  place: OutputPlace,
): Promise<number> {
  let lines = 0
  const text = async function* (): AsyncGenerator<string> {
    for await (const line of exchange.export(project)) {
      lines++
      yield `${line}\n`
    }
  }
  await writeOutput(page, place, text())
  return lines
}

/**
 * Brings an exported graph in.
 *
 * @param file - `-` is standard input.
 * @throws ConfigError `config.invalid` when it cannot be read; GraphError `graph.invalid`, naming the line.
 */
export async function importGraph(exchange: GraphExchange, file: string): Promise<ImportReport> {
  const input = file === '-' ? process.stdin : createReadStream(file)
  // `readline` does not hand on what goes wrong with its input.
  const failure = new Promise<never>((_, reject) => input.once('error', reject))
  const lines = createInterface({ input, crlfDelay: Infinity })
  try {
    return await Promise.race([exchange.import(lines), failure])
  } catch (thrown) {
    throw readable(file, thrown)
  } finally {
    lines.close()
  }
}

/** `3 nodes added, 1 changed, 10 the same; 2 links added`. */
export function importSummary({ nodes, edges, dropped }: ImportReport): string {
  const part = (noun: string, { added, changed, same }: ImportReport['nodes']): string =>
    `${formatPlural(added, noun)} added, ${changed} changed, ${same} as before`
  const left =
    dropped.length === 0
      ? ''
      : ` ${formatPlural(dropped.length, 'link')} would close a cycle and ${dropped.length === 1 ? 'was' : 'were'} left out (line ${dropped.map(({ line }) => line).join(', ')}).`
  return `${part('node', nodes)}; ${part('link', edges)}.${left}`
}

/**
 * Merges as a git merge driver does: what comes out takes the place of `ours`.
 *
 * @returns Links that were left out because they would close a cycle.
 * @throws GraphError `graph.invalid`, naming the line; ConfigError when a file cannot be read or written.
 */
export async function mergeFiles(
  page: Page,
  [base, ours, theirs]: readonly [string, string, string],
): Promise<number> {
  const [before, mine, other] = await Promise.all([base, ours, theirs].map(wholeFile))
  const { text, dropped } = mergeGraphs(before ?? '', mine ?? '', other ?? '')
  await writeOutput(page, { output: resolve(ours) }, [text])
  return dropped.length
}

async function wholeFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    throw readable(file, thrown)
  }
}

function readable(file: string, thrown: unknown): unknown {
  if (!(thrown instanceof Error && 'syscall' in thrown)) return thrown
  return new ConfigError('config.invalid', `${file} cannot be read: ${messageOf(thrown)}.`, { cause: thrown })
}
