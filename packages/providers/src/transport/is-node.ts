/**
 * True in Node itself. Bun and Deno imitate its modules, but their own `fetch` is the better one there.
 *
 * Where it is true, Node's modules are taken with `process.getBuiltinModule` at their first use: an `import` would be
 * part of every bundle, also of those for browsers, and make loading this package slower.
 */
export function isNode(): boolean {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  return (
    typeof process?.versions?.node === 'string' &&
    typeof process.getBuiltinModule === 'function' &&
    !('Bun' in globalThis) &&
    !('Deno' in globalThis)
  )
}
