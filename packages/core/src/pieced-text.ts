/** Few enough to be joined quickly, and many enough that the joined pieces are few. */
const MAX_PIECES = 64

/**
 * A text that comes in pieces. V8 keeps a text that grows by `+=` as a chain, with an object for every piece: of
 * thousands of answers under way, that is what its garbage collector is busy with.
 */
export class PiecedText {
  /** In UTF-16 units. */
  length = 0
  private joined = ''
  private pieces: string[] = []

  add(piece: string): void {
    this.length += piece.length
    if (this.pieces.push(piece) === MAX_PIECES) this.join()
  }

  toString(): string {
    if (this.pieces.length > 0) this.join()
    return this.joined
  }

  private join(): void {
    this.joined += this.pieces.join('')
    this.pieces = []
  }
}
