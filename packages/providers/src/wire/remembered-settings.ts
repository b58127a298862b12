import type { ModelRequest } from '@heddle/core'

/** A request but for its transcript. */
export type RequestSettings = Omit<ModelRequest, 'messages'>

/** What is made of a request's settings, for as long as nothing but the transcript is another. */
export class RememberedSettings<Out extends object> {
  private readonly make: (settings: RequestSettings) => Out
  private settings: RequestSettings | null = null
  private made: Out | null = null

  constructor(make: (settings: RequestSettings) => Out) {
    this.make = make
  }

  /** What belongs to the settings of this request. */
  of(request: ModelRequest): Out {
    const { settings, made } = this
    if (settings !== null && made !== null && isSame(settings, request)) return made
    // Without the transcript: what is kept must not keep it in memory.
    const { messages: _, ...latest } = request
    this.made = this.make(latest)
    this.settings = latest
    return this.made
  }
}

function isSame(one: RequestSettings, other: RequestSettings): boolean {
  return (
    one.instructions === other.instructions &&
    one.tools === other.tools &&
    one.maxOutputTokens === other.maxOutputTokens &&
    one.temperature === other.temperature &&
    one.outputSchema === other.outputSchema &&
    one.extraBody === other.extraBody
  )
}
