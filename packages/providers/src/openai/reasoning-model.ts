/** The o models, GPT-5 and later, Codex and gpt-oss; behind a gateway's prefix and fine-tuned as well. */
const REASONS = /^(?:.*\/|ft:)?(?:o\d|gpt-(?:[5-9]|\d\d|oss)|codex)/i

/** The one of them that only talks. */
const TALKS = /^(?:.*\/)?gpt-5-chat/i

/**
 * Whether OpenAI's model of this name reasons before it answers. Names that tell nothing, such as those of
 * Azure's deployments, do not.
 *
 * @see https://platform.openai.com/docs/models
 */
export function isReasoningModel(model: string): boolean {
  return REASONS.test(model) && !TALKS.test(model)
}
