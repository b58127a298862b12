import { anthropicWire } from './anthropic-wire.ts'
import { googleWire } from './google-wire.ts'
import { openaiWire } from './openai-wire.ts'
import { responsesWire } from './responses-wire.ts'
import type { FakeWire } from './script.ts'
import type { WireFormat } from './wire.ts'

/** All languages that the fake provider speaks. */
export const WIRES: Readonly<Record<FakeWire, WireFormat>> = {
  openai: openaiWire,
  responses: responsesWire,
  anthropic: anthropicWire,
  google: googleWire,
}

/** The wire whose requests for answers come to this path. */
export function wireAt(path: string): FakeWire | undefined {
  return (Object.keys(WIRES) as FakeWire[]).find((name) => WIRES[name].takes(path))
}
