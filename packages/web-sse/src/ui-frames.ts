import type { UiChunk } from './ui-chunks.ts'

/** What follows the last chunk. */
export const UI_DONE = 'data: [DONE]\n\n'

/** The chunks as server-sent events, ready for one write. */
export function uiFrames(chunks: readonly UiChunk[]): string {
  let frames = ''
  for (const chunk of chunks) frames += uiFrame(chunk)
  return frames
}

function uiFrame(chunk: UiChunk): string {
  // Nearly every chunk is one of these; writing them by hand costs half of what JSON.stringify takes for the object.
  if (chunk.type === 'text-delta' || chunk.type === 'reasoning-delta') {
    return `data: {"type":"${chunk.type}","id":${JSON.stringify(chunk.id)},"delta":${JSON.stringify(chunk.delta)}}\n\n`
  }
  return `data: ${JSON.stringify(chunk)}\n\n`
}
