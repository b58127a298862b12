/** @returns The same function, which gives the same again for as long as it is asked for the same. */
export function rememberLast<In, Out>(make: (input: In) => Out): (input: In) => Out {
  let last: { readonly input: In; readonly output: Out } | null = null
  return (input) => {
    if (last === null || last.input !== input) last = { input, output: make(input) }
    return last.output
  }
}
