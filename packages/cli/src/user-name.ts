import { userInfo } from 'node:os'

/** Who sits at the keyboard, by the name of the account. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    // An account without an entry, as in many containers.
    return process.env['USER'] || 'the user'
  }
}
