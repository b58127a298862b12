/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The process's own variables, as they are now; empty where there is no process. */
export function processEnvironment(): Environment {
  return globalThis.process?.env ?? {}
}
