import { defineConfig } from 'tsup'

/**
 * The one way a package of this workspace is built: ESM for the oldest Node line we support, readable,
 * with every dependency left as an import. Declarations come from `tsc`, which runs after this.
 *
 * @param bundled - Dependencies that are built in all the same: for a program, which nobody imports, and whose
 *   start a package of many files would slow down. Those of this workspace are taken from their sources, so that
 *   builds need not wait for each other.
 */
export function libraryBuild(entry: string[], bundled: string[] = []): ReturnType<typeof defineConfig> {
  return defineConfig({
    entry,
    format: 'esm',
    target: 'node22',
    platform: 'node',
    // Some built-ins exist under their `node:` name only.
    removeNodeProtocol: false,
    splitting: true,
    sourcemap: true,
    minify: false,
    dts: false,
    noExternal: bundled,
    esbuildOptions(options) {
      if (bundled.length > 0) options.conditions = ['@heddle/source']
    },
  })
}
