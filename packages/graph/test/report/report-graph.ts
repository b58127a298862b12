import type { DecisionGraph, GraphBatch } from '@heddle/graph'

/** 2026-03-02 09:00 UTC, in milliseconds. */
export const MONDAY_MS: number = Date.UTC(2026, 2, 2, 9)
const MINUTE_MS = 60_000

const at = (minute: number): number => MONDAY_MS + minute * MINUTE_MS

/** A goal with a decision between two options, a failure, a pivot, and a commit. */
const STORY: GraphBatch = {
  nodes: [
    {
      id: 'goal',
      type: 'goal',
      title: 'Keep sessions over a restart',
      description: 'Nobody logs in twice.',
      createdAtMs: at(0),
    },
    {
      id: 'where',
      type: 'decision',
      title: 'Where are sessions kept?',
      status: 'superseded',
      reason: 'its tests failed',
      confidence: 30,
      createdAtMs: at(1),
    },
    { id: 'sqlite', type: 'option', title: 'SQLite', status: 'chosen', createdAtMs: at(2) },
    {
      id: 'redis',
      type: 'option',
      title: 'Redis',
      status: 'rejected',
      reason: 'one more *server* to run',
      createdAtMs: at(3),
    },
    {
      id: 'edit',
      type: 'action',
      title: 'Write the adapter',
      files: ['src/sessions.ts'],
      createdAtMs: at(4),
    },
    { id: 'red', type: 'outcome', title: '3 of 41 tests failed', confidence: 20, createdAtMs: at(5) },
    { id: 'wait', type: 'decision', title: 'Wait for the lock', confidence: 85, createdAtMs: at(6) },
    {
      id: 'green',
      type: 'outcome',
      title: '41 tests passed',
      commits: ['0123456789abcdef0123456789abcdef01234567'],
      createdAtMs: at(24 * 60),
    },
  ].map((node) => ({ session: 'monday', ...node }) as NonNullable<GraphBatch['nodes']>[number]),
  edges: [
    { from: 'goal', to: 'where' },
    { from: 'where', to: 'sqlite', type: 'chosen' },
    { from: 'where', to: 'redis', type: 'rejected' },
    { from: 'sqlite', to: 'edit' },
    { from: 'edit', to: 'red' },
    { from: 'red', to: 'wait' },
    { from: 'wait', to: 'where', type: 'supersedes' },
    { from: 'wait', to: 'green' },
  ],
}

/** Writes the story, and a goal of another session that nobody works on. */
export async function tellStory(graph: DecisionGraph): Promise<void> {
  await graph.write(STORY)
  await graph.write({
    nodes: [
      { id: 'idle', type: 'goal', title: 'Ship 1.0', session: 'tuesday', createdAtMs: at(3000) },
      { id: 'stray', type: 'observation', title: 'Two cores', session: 'tuesday', createdAtMs: at(3001) },
    ],
  })
}
