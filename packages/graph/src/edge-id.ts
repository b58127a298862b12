import { hash } from 'node:crypto'
import type { EdgeType } from './model.ts'

/** 80 bits: a chance collision needs some 10^12 links. */
const ID_HEX_DIGITS = 20

/** A link's id follows from what it links, so that equal links made apart are one. */
export function edgeId(from: string, to: string, type: EdgeType): string {
  return hash('sha256', `${from}\n${to}\n${type}`, 'hex').slice(0, ID_HEX_DIGITS)
}
