/** As much of an AbortSignal as our transport uses. A line is one too, without all that makes a whole one dear. */
export interface StopSignal {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: StopListener): void
  removeEventListener(type: 'abort', listener: StopListener): void
}

/** Hears, once, that a signal aborted. */
export interface StopListener {
  handleEvent(): void
}
