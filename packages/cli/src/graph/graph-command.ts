import { resolve } from 'node:path'
import { ConfigError } from '@heddle/core'
import { narrative, pivot, pulse, writeup } from '@heddle/graph'
import type { DecisionGraph, NodeFilter, NodeStatus, NodeType } from '@heddle/graph'
import { OWN_PROJECT } from '../decisions/project-store.ts'
import { openPage } from '../page.ts'
import type { Page } from '../page.ts'
import { formatPlural } from '../quantities.ts'
import type { SharedOptions } from '../subcommand-program.ts'
import { exportGraph, importGraph, importSummary, mergeFiles } from './exchange.ts'
import { parseGraphCommand } from './graph-program.ts'
import { logNode, printLogged, printNodes } from './log-node.ts'
import type { LogOptions } from './log-node.ts'
import { nodeOf } from './node-id.ts'
import { withGraph } from './open-graph.ts'
import type { GraphPlace, OpenGraph } from './open-graph.ts'
import { printConsultation, printPulse } from './reports.ts'
import { show } from './show.ts'
import type { ShowOptions } from './show.ts'
import { writeOutput } from './write-output.ts'
import type { OutputPlace } from './write-output.ts'

type Args = readonly (string | undefined)[]

interface GraphOptions extends SharedOptions, GraphPlace {}

/** A command on the graph; `options` are those that `graph-program.ts` gives it. */
interface Action {
  readonly use: 'read' | 'write'
  readonly run: (page: Page, open: OpenGraph, args: Args, options: never) => Promise<void>
}

const ACTIONS: Readonly<Record<string, Action>> = {
  log: { use: 'write', run: runLog },
  list: { use: 'read', run: runList },
  show: {
    use: 'read',
    run: (page, { graph }, [id], { json, roots = [], ...options }: ShowOptions & GraphOptions) =>
      show(page, graph, id, { ...options, roots, ...(json ? { format: 'json' as const } : {}) }),
  },
  query: { use: 'read', run: runQuery },
  consult: {
    use: 'read',
    async run(page, { graph }, [topic = ''], { json }: GraphOptions) {
      const found = await graph.consult(topic)
      await (json ? page.json(found) : printConsultation(page, topic, found))
    },
  },
  pulse: {
    use: 'read',
    async run(page, { graph }, _args, { json, session }: GraphOptions & { readonly session?: string }) {
      const found = await pulse(graph, session === undefined ? {} : { session })
      await (json ? page.json(found) : printPulse(page, found))
    },
  },
  narrative: {
    use: 'read',
    run: (page, { graph }, _args, options: ReportOptions) => report(page, graph, narrative, options),
  },
  writeup: {
    use: 'read',
    run: (page, { graph }, _args, options: ReportOptions) => report(page, graph, writeup, options),
  },
  export: { use: 'read', run: runExport },
  import: {
    use: 'write',
    async run(page, { exchange }, [file = ''], { json, cwd }: GraphOptions) {
      const counts = await importGraph(exchange, file === '-' ? file : resolve(cwd ?? '.', file))
      await (json ? page.json(counts) : page.print(importSummary(counts)))
    },
  },
  pivot: {
    use: 'write',
    async run(page, { graph }, [id = '', observation = '', title = ''], { json }: GraphOptions) {
      const done = await pivot(graph, { old: await nodeOf(graph, id), observation, decision: { title } })
      await (json
        ? page.json(done)
        : printLogged(page, [done.old, done.observation, done.revisit, done.decision]))
    },
  },
}

/**
 * `heddle graph …`: looks at the project's decisions, and writes them.
 *
 * @param args - Without `graph`.
 * @returns The exit code.
 * @throws CommanderError after help or a mistake was printed; ConfigError, GraphError, LogError.
 */
export async function runGraphCommand(args: readonly string[]): Promise<number> {
  const { name, args: given, options } = parseGraphCommand(args)
  const shared = options as unknown as GraphOptions
  const page = openPage(shared.color)
  if (name === 'merge') {
    await merge(page, given, shared)
    return page.end(0)
  }
  const action = ACTIONS[name === 'log' && given[0] === undefined ? 'list' : name]
  if (!action) throw new Error(`There is no command ${name}.`)
  await withGraph(page, shared, action.use, (open) => action.run(page, open, given, options as never))
  return page.end(0)
}

async function runLog(
  page: Page,
  { graph }: OpenGraph,
  [type, title]: Args,
  options: GraphOptions & LogOptions,
): Promise<void> {
  if (title === undefined) {
    throw new ConfigError(
      'config.invalid',
      `Say what the ${type ?? 'entry'} is: heddle graph log ${type ?? 'decision'} "in a few words".`,
    )
  }
  const nodes = await logNode(graph, type as NodeType, title, options)
  const [node, ...choices] = nodes
  await (options.json ? page.json({ node, options: choices }) : printLogged(page, nodes))
}

async function runList(
  page: Page,
  { graph }: OpenGraph,
  _args: Args,
  { json, limit, session }: GraphOptions & { readonly limit: number; readonly session?: string },
): Promise<void> {
  const nodes = await graph.nodes({ limit, ...(session === undefined ? {} : { session }) })
  await (json ? page.json({ nodes }) : printNodes(page, nodes))
}

interface QueryOptions extends GraphOptions {
  readonly type: readonly NodeType[]
  readonly status: readonly NodeStatus[]
  readonly file?: string
  readonly session?: string
  readonly uncertain: boolean
  readonly limit: number
}

async function runQuery(
  page: Page,
  { graph }: OpenGraph,
  [text]: Args,
  options: QueryOptions,
): Promise<void> {
  const { type, status, file, session, uncertain, limit } = options
  const filter: NodeFilter = {
    limit,
    ...(type.length === 0 ? {} : { types: type }),
    ...(status.length === 0 ? {} : { statuses: status }),
    ...(file === undefined ? {} : { file }),
    ...(session === undefined ? {} : { session }),
    ...(uncertain ? { isUncertain: true } : {}),
  }
  const nodes =
    text === undefined
      ? await graph.nodes(filter)
      : (await graph.search(text, filter)).map(({ node }) => node)
  await (options.json ? page.json({ nodes }) : printNodes(page, nodes, 'Nothing is recorded that fits.'))
}

interface ReportOptions extends GraphOptions, OutputPlace {
  readonly goal?: string
  readonly session?: string
  readonly title?: string
}

async function report(
  page: Page,
  graph: DecisionGraph,
  write: (
    graph: DecisionGraph,
    scope: { goal?: string; session?: string; title?: string },
  ) => Promise<string>,
  { goal, session, title, json, ...place }: ReportOptions,
): Promise<void> {
  const markdown = await write(graph, {
    ...(goal === undefined ? {} : { goal: (await nodeOf(graph, goal)).id }),
    ...(session === undefined ? {} : { session }),
    ...(title === undefined ? {} : { title }),
  })
  await writeOutput(page, place, [json ? `${JSON.stringify({ markdown })}\n` : `${markdown.trimEnd()}\n`])
}

async function runExport(
  page: Page,
  { exchange }: OpenGraph,
  _args: Args,
  { json, project = OWN_PROJECT, ...place }: GraphOptions & OutputPlace,
): Promise<void> {
  const lines = await exportGraph(page, exchange, project, place)
  if (place.output === undefined || place.output === '-') return
  await (json
    ? page.json({ file: place.output, lines })
    : page.print(`${formatPlural(lines, 'line')} in ${place.output}`))
}

async function merge(
  page: Page,
  [base = '', ours = '', theirs = '']: Args,
  { json, cwd }: GraphOptions,
): Promise<void> {
  const at = (file: string): string => resolve(cwd ?? '.', file)
  const dropped = await mergeFiles(page, [at(base), at(ours), at(theirs)])
  if (json) await page.json({ dropped })
  else if (dropped > 0)
    await page.note(`${formatPlural(dropped, 'link')} would close a cycle and stay aside.`)
}
