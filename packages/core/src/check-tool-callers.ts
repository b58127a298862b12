import { ConfigError } from './errors.ts'
import type { LanguageModel } from './model.ts'

/**
 * A run may move on to any model of its chain, so each has to be able to call the agent's tools.
 *
 * @throws ConfigError `config.unfit_model` for one that is known to call none; it names others, where any are known.
 */
export function checkToolCallers(chain: readonly LanguageModel[], agentName: string): void {
  const unfit = chain.find(({ info }) => info.tools === false)
  if (!unfit) return
  const others = unfit.info.toolCallers ?? []
  const advice = others.length > 0 ? `, such as ${others.join(' or ')}` : ''
  throw new ConfigError(
    'config.unfit_model',
    `${unfit.id} calls no tools, but agent "${agentName}" has some: choose a model that calls tools${advice}, or give the agent none.`,
  )
}
