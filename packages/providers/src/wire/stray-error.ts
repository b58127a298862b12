import type { ModelError } from '@heddle/core'
import { isJsonObject } from '@heddle/core'
import { vendorError } from './vendor-error.ts'
import type { Vendor } from './vendor-error.ts'

/** What stands in an event stream without being an event. */
export interface StrayText {
  take(line: string): void
  /** @returns The vendor's error, if that is what the lines are. */
  error(vendor: Vendor): ModelError | null
}

/** More than any error has; in UTF-16 units. */
const MAX_LENGTH = 64 * 1024

/**
 * Gathers stray lines. Google and some proxies write an error into a stream that began well as bare JSON over
 * several lines, without `data:` before them.
 */
export function strayText(): StrayText {
  return new Strays()
}

class Strays implements StrayText {
  private text = ''

  take(line: string): void {
    const isWanted = this.text !== '' || /^[{[]/.test(line)
    if (isWanted && this.text.length + line.length < MAX_LENGTH) this.text += `${line}\n`
  }

  error(vendor: Vendor): ModelError | null {
    const body = parsed(this.text)
    const inner = Array.isArray(body) ? (body[0] as unknown) : body
    return isJsonObject(inner) && inner['error'] ? vendorError(vendor, { status: null, body }) : null
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
