/** Tells watchers that a run was posted a letter. */
export interface LetterBell {
  /** @param position - Of the letter that was just posted through this handle. */
  ring(runId: string, position: number): void
  /** @see RunLog.watch */
  watch(runId: string, wake: () => void): () => void
  close(): void
}

/** What else there may be to hear of, and how. */
export interface LetterBellSource {
  /** Position of the last letter of each of these runs that has any. Failures are tried again next time. */
  lastPositions(runIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  /** Milliseconds between looks. */
  readonly lookMs: number
  /** Called when the first watcher comes, and when the last one left. */
  setListening(isListening: boolean): void
}

interface Watched {
  readonly wakes: Set<() => void>
  /** The last letter the watchers were woken for. */
  position: number
}

/**
 * Own letters ring at once; those of other processes are looked for while somebody watches, by a timer that
 * keeps no process alive.
 */
export function letterBell(source: LetterBellSource): LetterBell & { hear(runId: string): void } {
  const runs = new Map<string, Watched>()
  let timer: NodeJS.Timeout | null = null

  const wake = (watched: Watched): void => {
    for (const call of [...watched.wakes]) call()
  }
  const look = async (): Promise<void> => {
    const positions = await source.lastPositions([...runs.keys()]).catch(() => new Map<string, number>())
    for (const [runId, position] of positions) {
      const watched = runs.get(runId)
      if (!watched || watched.position >= position) continue
      watched.position = position
      wake(watched)
    }
    lookLater()
  }
  const lookLater = (): void => {
    // A look that was under way when the watchers changed must not begin a second row of looks.
    if (timer) clearTimeout(timer)
    timer = runs.size === 0 ? null : setTimeout(() => void look(), source.lookMs).unref()
  }
  const stop = (): void => {
    if (timer) clearTimeout(timer)
    timer = null
    source.setListening(false)
  }
  return {
    ring(runId, position) {
      const watched = runs.get(runId)
      if (!watched) return
      watched.position = Math.max(watched.position, position)
      wake(watched)
    },
    hear(runId) {
      const watched = runs.get(runId)
      if (watched) wake(watched)
    },
    watch(runId, call) {
      // A wrapper, so that one function given twice is two watchers.
      const watcher = (): void => call()
      const watched = runs.get(runId) ?? { wakes: new Set<() => void>(), position: 0 }
      watched.wakes.add(watcher)
      runs.set(runId, watched)
      if (runs.size === 1 && watched.wakes.size === 1) {
        source.setListening(true)
        lookLater()
      }
      return () => {
        if (!watched.wakes.delete(watcher) || watched.wakes.size > 0) return
        runs.delete(runId)
        if (runs.size === 0) stop()
      }
    },
    close() {
      runs.clear()
      stop()
    },
  }
}
