import type { NewEdge, NewNode } from '@heddle/graph'

/** One way to keep a graph. A method that is not there is not measured. */
export interface GraphSubject {
  /** Writes in one transaction. */
  write(nodes: readonly NewNode[], edges: readonly NewEdge[]): Promise<void>
  /** Returns when everything written is found by its words. */
  index(): Promise<void>
  /** How many nodes are within ten steps, with the least number of steps to each. */
  descendants(id: string): Promise<number>
  /** The best twenty for any of the words, whole; how many there are. */
  search(text: string): Promise<number>
  /** A context block for a prompt; its length. */
  context?(prompt: string): Promise<number>
  /** Changes a node's confidence; how many nodes became uncertain, or certain again. */
  setConfidence?(id: string, confidence: number): Promise<number>
}
