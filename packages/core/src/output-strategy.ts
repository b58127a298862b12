/** How a structured answer was got: the provider enforced the schema, a tool took it, or it was asked for in words. */
export type OutputStrategy = 'native' | 'tool' | 'prompt'

/** What a model is known to be able to do. */
export interface OutputAbilities {
  readonly outputSchema?: boolean
  readonly tools?: boolean
}

/** Native where all models of the run can, else a tool where all can call any, else words. */
export function outputStrategy(models: readonly OutputAbilities[]): OutputStrategy {
  if (models.every((info) => info.outputSchema === true)) return 'native'
  return models.some((info) => info.tools === false) ? 'prompt' : 'tool'
}
