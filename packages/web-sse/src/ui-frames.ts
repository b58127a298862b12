import type { UiChunk } from './ui-chunks.ts'

/** What follows the last chunk. */
export const UI_DONE = 'data: [DONE]\n\n'

/**
 * The chunks as server-sent events, ready for one write. Deltas are written like all others: putting
 * them together by hand was measured and gains nothing that shows beside the write itself.
 */
export function uiFrames(chunks: readonly UiChunk[]): string {
  let frames = ''
  for (const chunk of chunks) frames += `data: ${JSON.stringify(chunk)}\n\n`
  return frames
}
