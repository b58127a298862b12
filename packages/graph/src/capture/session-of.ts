/**
 * The session that a run belongs to, by core's own names: the runs of session `chat` are `chat.1`, `chat.2` …,
 * and a child run is named for its parent, the call and a number. A run outside any session is one by itself.
 */
export function sessionOf(runId: string): string {
  const root = runId.replace(/(\.call_[A-Za-z0-9]+\.\d+)+$/, '')
  return root.replace(/\.\d+$/, '')
}
