/** Gives text on without ever splitting a surrogate pair. One per part. */
export interface WholePairs {
  /** @returns What can be told now; perhaps nothing. */
  take(text: string): string
  /** @returns What is left at the end: a half that stayed alone becomes U+FFFD, since no vendor takes it back. */
  end(): string
}

export function wholePairs(): WholePairs {
  return new Pairs()
}

class Pairs implements WholePairs {
  private held = ''

  take(text: string): string {
    const whole = this.held === '' ? text : this.held + text
    const last = whole.charCodeAt(whole.length - 1)
    if (last >= 0xd800 && last <= 0xdbff) {
      this.held = whole.slice(-1)
      return whole.slice(0, -1)
    }
    this.held = ''
    return whole
  }

  end(): string {
    const rest = this.held === '' ? '' : '\ufffd'
    this.held = ''
    return rest
  }
}
