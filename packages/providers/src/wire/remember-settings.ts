import type { ModelRequest } from '@heddle/core'

/** A request but for its transcript. */
export type RequestSettings = Omit<ModelRequest, 'messages'>

/** @returns The same function, which gives the same again for as long as nothing but the transcript is another. */
export function rememberSettings<Out>(
  make: (settings: RequestSettings) => Out,
): (settings: RequestSettings) => Out {
  let last: { readonly settings: RequestSettings; readonly output: Out } | null = null
  return ({ instructions, tools, maxOutputTokens, temperature, outputSchema, extraBody }) => {
    const known = last?.settings
    if (
      last === null ||
      known?.instructions !== instructions ||
      known.tools !== tools ||
      known.maxOutputTokens !== maxOutputTokens ||
      known.temperature !== temperature ||
      known.outputSchema !== outputSchema ||
      known.extraBody !== extraBody
    ) {
      // Without the transcript: what is kept must not keep it in memory.
      const settings = {
        instructions,
        tools,
        ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
        ...(temperature === undefined ? {} : { temperature }),
        ...(outputSchema === undefined ? {} : { outputSchema }),
        ...(extraBody === undefined ? {} : { extraBody }),
      }
      last = { settings, output: make(settings) }
    }
    return last.output
  }
}
