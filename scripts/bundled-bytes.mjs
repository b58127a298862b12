import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * The cost of a module to someone who bundles it for a browser.
 *
 * @param {string} file - Built JavaScript.
 * @returns {Promise<number>} Bytes, minified and gzipped.
 */
export async function bundledBytes(file) {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents).byteLength, 0)
}
