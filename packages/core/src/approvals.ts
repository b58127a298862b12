import { canonicalJson } from './canonical-json.ts'
import type { JsonValue } from './json.ts'

/** A call that a model made, before anything of it was done. */
export interface ProposedCall {
  readonly runId: string
  readonly callId: string
  readonly turn: number
  readonly tool: string
  /** Validated arguments. */
  readonly input: JsonValue
}

/** What is to happen with a call: `run` it, `ask` a person (the reason is shown), or `deny` it (the model reads the reason). */
export type ApprovalVerdict = 'run' | { readonly ask: string } | { readonly deny: string }

/**
 * PORT. Judges every call of an agent before it runs, beside what the tool itself says. The strictest
 * verdict wins: deny, then ask, then run. A throw denies.
 */
export interface ApprovalPolicy {
  review(call: ProposedCall): ApprovalVerdict | Promise<ApprovalVerdict>
}

/** A tool's own word on whether a call needs a person. */
export type ToolApproval<Input> = (
  input: Input,
  context: Omit<ProposedCall, 'tool' | 'input'>,
) => ApprovalVerdict | Promise<ApprovalVerdict>

/** The strictest of the verdicts; reasons of equal ones are joined. */
export function strictest(verdicts: readonly ApprovalVerdict[]): ApprovalVerdict {
  const denials = verdicts.flatMap((verdict) =>
    verdict !== 'run' && 'deny' in verdict ? [verdict.deny] : [],
  )
  if (denials.length > 0) return { deny: denials.join('; ') }
  const questions = verdicts.flatMap((verdict) =>
    verdict !== 'run' && 'ask' in verdict ? [verdict.ask] : [],
  )
  return questions.length > 0 ? { ask: questions.join('; ') } : 'run'
}

/**
 * SHA-256, in hex, of a tool and its arguments as canonical JSON (members sorted by code unit), so that
 * an answer is bound to exactly one action.
 */
export async function actionHash(tool: string, input: JsonValue): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson([tool, input]))
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
