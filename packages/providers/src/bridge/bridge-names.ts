import type { ModelInfo } from '@heddle/core'

/** The providers that are somebody's own logged-in program. */
export const BRIDGE_NAMES = ['claude-subscription', 'codex-subscription'] as const

export type BridgeName = (typeof BRIDGE_NAMES)[number]

export function isBridgeName(provider: string): provider is BridgeName {
  return (BRIDGE_NAMES as readonly string[]).includes(provider)
}

/**
 * A subscription bills nobody by the token: what is used up is its own allowance, which usage counts. The
 * program takes no tools of ours, and holds an answer to a schema by itself.
 */
export const BRIDGE_INFO: ModelInfo = {
  contextWindow: null,
  maxOutputTokens: null,
  price: { input: 0, output: 0 },
  outputSchema: true,
  tools: false,
}
