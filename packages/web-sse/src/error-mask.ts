import type { ErrorJson } from '@heddle/core'

/** What a browser reads by default: error texts may hold paths, addresses and secrets. */
export const MASKED_ERROR = 'An error occurred.'

/** The text of an error that leaves the server; `reveal` decides when it is given, and a throw of its keeps the mask on. */
export function errorMask(reveal?: (error: ErrorJson) => string): (error: ErrorJson) => string {
  return (error) => {
    try {
      return reveal?.(error) ?? MASKED_ERROR
    } catch {
      return MASKED_ERROR
    }
  }
}
