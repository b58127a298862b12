import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { CandidateName, ChatWork } from './scenarios.ts'

/** The code of client processes, as JavaScript modules whose packages are still imports. */
export interface ClientCode {
  /** By kind of work and candidate. */
  readonly chat: Readonly<Record<ChatWork['kind'], Readonly<Record<CandidateName, string>>>>
  readonly import: string
  readonly append: string
}

/**
 * Compiles the clients once. Node could run their TypeScript, but loading its type stripper costs every process
 * 17 MB and 20 ms, which would be measured with it.
 */
export async function compileClients(): Promise<ClientCode> {
  return {
    chat: {
      throughput: await chatClients('measure-throughput', 'measureThroughput'),
      agents: await chatClients('measure-agents', 'measureAgents'),
      stall: await chatClients('measure-stall', 'measureStall'),
      leak: await chatClients('measure-leak', 'measureLeak'),
      steps: await chatClients('measure-steps', 'measureSteps'),
    },
    import: await compile(`import { measureImport } from './measure-import.ts'; await measureImport()`),
    append: await compile(`import { measureAppend } from './measure-append.ts'; await measureAppend()`),
  }
}

/** One client per candidate, which loads nothing that belongs to another. */
async function chatClients(file: string, measure: string): Promise<Record<CandidateName, string>> {
  const clientOf = (candidateFile: CandidateName, candidate: string): Promise<string> =>
    compile(
      `import { ${candidate} } from './${candidateFile}.ts'
       import { ${measure} } from './${file}.ts'
       import { runJob } from './run-job.ts'
       await runJob(${measure}, ${candidate})`,
    )
  return {
    'fetch-loop': await clientOf('fetch-loop', 'fetchLoop'),
    'ai-sdk': await clientOf('ai-sdk', 'aiSdk'),
    heddle: await clientOf('heddle', 'heddle'),
    'heddle-sqlite': await clientOf('heddle-sqlite', 'heddleSqlite'),
  }
}

async function compile(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('clients', import.meta.url)), loader: 'ts' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
