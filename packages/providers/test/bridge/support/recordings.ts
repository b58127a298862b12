import { readFileSync } from 'node:fs'
import type { JsonObject } from '@heddle/core'

type Recordings = Readonly<Record<string, readonly JsonObject[]>>

function recordingsIn(file: string): Recordings {
  return JSON.parse(readFileSync(new URL(`../fixtures/${file}`, import.meta.url), 'utf8')) as Recordings
}

export const CLAUDE: Recordings = recordingsIn('claude-2.1.328.json')
export const CODEX: Recordings = recordingsIn('codex-0.169.0.json')
