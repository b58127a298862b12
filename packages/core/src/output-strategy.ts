/** How a structured answer was got: the provider enforced the schema, a tool took it, or it was asked for in words. */
export type OutputStrategy = 'native' | 'tool' | 'prompt'

/** Native where the provider can, else a tool where the model can call any, else words. */
export function outputStrategy(info: {
  readonly outputSchema?: boolean
  readonly tools?: boolean
}): OutputStrategy {
  if (info.outputSchema === true) return 'native'
  return info.tools === false ? 'prompt' : 'tool'
}
