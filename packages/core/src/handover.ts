/** A run, as its {@link Handover} drives it. */
export interface Handed {
  /** Begins it; settles when it is over. Called once, when somebody wants to read, or to be rid of it. */
  begin(): Promise<void>
  /** Its reader left before it was over. */
  leave(): void
}

/** Who reads what a run tells; one of the three is called for each question. */
export interface Reader<T> {
  give(item: T): void
  /** There is nothing more. */
  end(): void
  fail(thrown: unknown): void
}

/**
 * Where a run hands what it tells to its one reader, who sets the pace: from each item to the reader's next question
 * it stands still, as a generator would, but without promises for every function that it stands in.
 */
export class Handover<T> {
  private readonly handed: Handed
  private running: Promise<void> | null = null
  /** Nobody reads any more, or ever did: the run does not wait. */
  private isUnread = false
  /** The reader, while it waits for an answer. */
  private reader: Reader<T> | null = null
  private goOn: (() => void) | null = null

  constructor(handed: Handed) {
    this.handed = handed
  }

  /** Told by the run, only while a question waits. @returns When the reader asks for more. */
  offer(item: T): Promise<void> | undefined {
    if (this.isUnread) return undefined
    this.takeReader()?.give(item)
    return new Promise((resolve) => (this.goOn = resolve))
  }

  /** One question at a time. */
  ask(reader: Reader<T>): void {
    if (this.isUnread) return reader.end()
    this.reader = reader
    void this.run()
  }

  /** The reader leaves. @returns When the run is wound up. */
  leave(): Promise<void> {
    if (!this.isUnread) this.handed.leave()
    return this.drain()
  }

  /** Runs to the end without a reader. */
  drain(): Promise<void> {
    this.isUnread = true
    return this.run()
  }

  /** Lets the run go on, or begin. @returns When it is over. */
  private run(): Promise<void> {
    const { goOn } = this
    this.goOn = null
    goOn?.()
    this.running ??= this.handed.begin().then(
      () => this.end(),
      (thrown: unknown) => this.fail(thrown),
    )
    return this.running
  }

  private end(): void {
    this.isUnread = true
    this.takeReader()?.end()
  }

  private fail(thrown: unknown): void {
    this.isUnread = true
    this.takeReader()?.fail(thrown)
  }

  private takeReader(): Reader<T> | null {
    const { reader } = this
    this.reader = null
    return reader
  }
}
