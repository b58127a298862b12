/**
 * A function that makes a short text of any other: of equal texts the same one, of others almost surely another
 * one. Each function has a salt of its own, so that the text tells nothing to whoever guesses at keys elsewhere.
 * FNV-1a in two halves: 64 bits are plenty for the handful of keys of a process.
 */
export function saltedHash(): (text: string) => string {
  const [seedA = 0, seedB = 0] = crypto.getRandomValues(new Uint32Array(2))
  return (text) => {
    let [a, b] = [seedA, seedB]
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      a = Math.imul(a ^ code, 0x01000193)
      b = Math.imul(b ^ (code + at), 0x01000193)
    }
    return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
  }
}
