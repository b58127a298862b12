/** What every vendor takes as the id of a call. OpenAI's limit is 40, Anthropic's letters are these. */
const PLAIN = /^[a-zA-Z0-9_-]{1,40}$/

/** The id as it goes out: our own ids as they are, foreign ones of another form by their hash. */
export function wireCallId(callId: string): string {
  return PLAIN.test(callId) ? callId : `call_${hashId(callId)}`
}

/** Mistral takes nine letters or digits and nothing else. */
export function shortCallId(callId: string): string {
  return hashId(callId).slice(0, 9)
}

/** Two FNV-1a hashes with different starts: 64 bits as 14 base-36 digits; equal ids give equal texts. */
function hashId(text: string): string {
  let a = 0x811c9dc5
  let b = 0x1b873593
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    a = Math.imul(a ^ unit, 0x01000193)
    b = Math.imul(b ^ unit, 0x01000193) ^ (b >>> 15)
  }
  return (a >>> 0).toString(36).padStart(7, '0') + (b >>> 0).toString(36).padStart(7, '0')
}
