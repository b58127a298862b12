import type { DurableEvent, TransientEvent } from './events.ts'

type WithoutStamp<T> = T extends unknown ? Omit<T, 'seq' | 'atMs'> : never

/** A durable event before it has its place in the log. */
export type EventDraft = WithoutStamp<DurableEvent>

/** What the loop hands on: durable events still without their stamp. */
export type LoopBatch = readonly (EventDraft | TransientEvent)[]
