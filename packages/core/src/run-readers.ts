import type { RunEvent } from './events.ts'
import type { Handover, Reader } from './handover.ts'

type Batch = readonly RunEvent[]

const NONE: Batch = []
const END = { done: true, value: undefined } as const

/** What both ways of reading a run have in common; by hand, since a generator costs more promises. */
abstract class RunReader<T> implements AsyncIterator<T, undefined>, Reader<Batch> {
  private readonly source: Handover<Batch>
  /** Calls that overlap wait for each other. */
  private asked: Promise<IteratorResult<T, undefined>> | null = null
  private resolve: ((result: IteratorResult<T, undefined>) => void) | null = null
  private reject: ((thrown: unknown) => void) | null = null

  constructor(source: Handover<Batch>) {
    this.source = source
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.asked) return this.asked.then(() => this.next())
    const asked = new Promise<IteratorResult<T, undefined>>((resolve, reject) => {
      this.resolve = resolve
      this.reject = reject
    })
    this.asked = asked
    this.source.ask(this)
    return asked
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.source.leave()
    return END
  }

  give(batch: Batch): void {
    this.answer({ done: false, value: this.first(batch) })
  }

  end(): void {
    this.answer(END)
  }

  fail(thrown: unknown): void {
    this.asked = null
    this.reject?.(thrown)
  }

  /** @param batch - Never empty. */
  protected abstract first(batch: Batch): T

  private answer(result: IteratorResult<T, undefined>): void {
    // Else the result would be held until the next one.
    this.asked = null
    this.resolve?.(result)
  }
}

/** A run, batch by batch. */
export class RunBatches extends RunReader<Batch> {
  protected first(batch: Batch): Batch {
    return batch
  }
}

/** A run, event by event: one resolved promise per event is all that it costs. */
export class RunEvents extends RunReader<RunEvent> {
  private batch = NONE
  private at = 0

  override next(): Promise<IteratorResult<RunEvent, undefined>> {
    const event = this.batch[this.at]
    if (!event) {
      this.batch = NONE
      return super.next()
    }
    this.at++
    return Promise.resolve({ done: false, value: event })
  }

  protected first(batch: Batch): RunEvent {
    this.batch = batch
    this.at = 1
    return batch[0] as RunEvent
  }
}
