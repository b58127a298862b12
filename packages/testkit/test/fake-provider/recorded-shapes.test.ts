import { readFileSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { JsonValue } from '@heddle/core'
import { afterEach, describe, expect, test } from 'vitest'
import { startFakeProvider } from '@heddle/testkit/fake-provider'
import type { FakeProvider } from '@heddle/testkit/fake-provider'
import { eventsOf, postAnthropic, postOpenai } from './client.ts'
import type { SeenEvent } from './client.ts'

const recordings = fileURLToPath(new URL('../../../providers/test/recorded/fixtures', import.meta.url))

let provider: FakeProvider

afterEach(() => provider.close())

describe('events have no field that the vendors do not send', () => {
  test.each([
    { folder: 'openai-chat', post: postOpenai },
    { folder: 'anthropic', post: postAnthropic },
  ])('$folder', async ({ folder, post }) => {
    const real = new Set(recordedEvents(folder).flatMap((event) => shapesOf(event)))
    provider = await startFakeProvider({
      scripts: {
        m: {
          turns: [
            {
              reasoning: 'hm',
              text: 'a b',
              toolCalls: [
                { name: 'add', arguments: { a: 1 } },
                { name: 'list', arguments: '' },
              ],
            },
          ],
        },
      },
    })

    const events = await eventsOf(await post(provider))

    const invented = new Set(
      events.flatMap(({ data }) => shapesOf(data as JsonValue)).filter((shape) => !real.has(shape)),
    )
    expect([...invented]).toEqual([])
    expect(events.length).toBeGreaterThan(8)
    expect(namesThatDiffer(events, folder)).toEqual([])
  })
})

function recordedEvents(folder: string): JsonValue[] {
  return readdirSync(`${recordings}/${folder}`)
    .filter((file) => file.endsWith('.txt'))
    .flatMap((file) =>
      readFileSync(`${recordings}/${folder}/${file}`, 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as JsonValue),
    )
}

/** Paths of all fields, with the event's type before and the kind of the value behind: `content_block_stop.index: number`. */
function shapesOf(event: JsonValue): string[] {
  if (typeof event === 'string') return []
  const type = (event as { type?: string }).type ?? ''
  const walk = (value: JsonValue | undefined, path: string): string[] => {
    if (Array.isArray(value)) return value.flatMap((item: JsonValue) => walk(item, `${path}[]`))
    if (typeof value !== 'object' || value === null)
      return [`${path}: ${value === null ? 'null' : typeof value}`]
    return Object.entries(value).flatMap(([name, item]) => walk(item as JsonValue, `${path}.${name}`))
  }
  return walk(event, type)
}

/** On the Anthropic wire the name of an event is its type; the other wire names none. */
function namesThatDiffer(events: readonly SeenEvent[], folder: string): readonly SeenEvent[] {
  return events.filter(
    ({ event, data }) => event !== (folder === 'anthropic' ? (data as { type: string }).type : undefined),
  )
}
