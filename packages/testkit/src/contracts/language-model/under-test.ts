import type { LanguageModel } from '@heddle/core'
import { expect } from 'vitest'
import { readRequest } from '../../fake-provider/read-request.ts'
import type { FakeProvider } from '../../fake-provider/start-fake-provider.ts'
import type { FakeTurn, FakeWire } from '../../fake-provider/script.ts'
import type { NeutralRequest, TranscriptItem, WireFormat } from '../../fake-provider/wire.ts'

/** Whom the adapter under test is to ask. */
export interface ModelContractTarget {
  /** Give the base URL of its wire to the adapter, such as `openaiBaseUrl`; any key will do. */
  readonly provider: FakeProvider
  /** The model name to send. */
  readonly model: string
  readonly wire: FakeWire
}

/** The wire, and a way to an adapter and a provider that answers it. */
export interface UnderTest {
  readonly wire: FakeWire
  readonly format: WireFormat
  /** Starts a fake provider that plays these turns in order, and an adapter that asks it. */
  start(...turns: readonly FakeTurn[]): Promise<Started>
}

export interface Started {
  readonly provider: FakeProvider
  readonly model: LanguageModel
}

/** The requests that a provider got, in no vendor's words. */
export function requestsOf({ wire }: UnderTest, { provider }: Started): NeutralRequest[] {
  return provider.requests.map((request) => readRequest(wire, request))
}

/** An item without the id, which every adapter makes as it likes. */
export function withoutId(item: TranscriptItem): object {
  if (!('id' in item)) return item
  const { id: _id, ...rest } = item
  return rest
}

/** Where a fault is answered at once, nobody should wait longer for it than this. */
export const eventually = { timeout: 5_000, interval: 5 }

/** Equals a text that holds this one. */
export function containing(text: string): unknown {
  return expect.stringContaining(text)
}

/** Equals a text of this form. */
export function matching(form: RegExp): unknown {
  return expect.stringMatching(form)
}
