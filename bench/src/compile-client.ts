import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Compiles clients, each once, to JavaScript modules whose packages are still imports. Node could run their
 * TypeScript, but loading its type stripper costs every process 17 MB and 20 ms, which would be measured with it.
 *
 * @returns A function from the text of a module that lies in this folder to its code.
 */
export function clientCompiler(): (source: string) => Promise<string> {
  const compiled = new Map<string, Promise<string>>()
  return (source) => {
    let code = compiled.get(source)
    if (code === undefined) compiled.set(source, (code = compile(source)))
    return code
  }
}

async function compile(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    target: 'node24',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
