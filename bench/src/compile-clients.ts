import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { CandidateName } from './scenarios.ts'

/** The code of client processes, as JavaScript modules whose packages are still imports. */
export interface ClientCode {
  readonly chat: Readonly<Record<CandidateName, string>>
  readonly import: string
}

/**
 * Compiles the clients once. Node could run their TypeScript, but loading its type stripper costs every process
 * 17 MB and 20 ms, which would be measured with it.
 */
export async function compileClients(): Promise<ClientCode> {
  return {
    chat: {
      'fetch-loop': await chatClient('fetch-loop', 'fetchLoop'),
      'ai-sdk': await chatClient('ai-sdk', 'aiSdk'),
      heddle: await chatClient('heddle', 'heddle'),
    },
    import: await compile(`import { measureImport } from './measure-import.ts'; await measureImport()`),
  }
}

function chatClient(file: CandidateName, candidate: string): Promise<string> {
  return compile(
    `import { ${candidate} } from './${file}.ts'
     import { measureChat } from './measure-chat.ts'
     await measureChat(${candidate})`,
  )
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
