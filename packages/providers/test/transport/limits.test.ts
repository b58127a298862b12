import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { ModelError } from '@heddle/core'
import type { ModelEvent } from '@heddle/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { compatible } from '../../src/compatible.ts'
import type { CompatibleOptions } from '../../src/compatible.ts'
import { askUntilFailure } from '../support/answer.ts'
import { chunk } from '../support/frames.ts'
import { beginStream, providerServer, sendJson } from '../support/provider-server.ts'
import { tcpServer } from '../support/tcp-server.ts'

const HALF = `data: ${JSON.stringify(chunk({ content: 'half' }))}\n\n`
const HALF_TOLD: readonly ModelEvent[] = [{ type: 'text.delta', part: 0, text: 'half' }]

async function failureAt(
  baseUrl: string,
  more: Partial<CompatibleOptions>,
): Promise<{ events: unknown; error: object }> {
  const model = compatible({ provider: 'fake', model: 'm', baseUrl, ...more })
  const { events, error } = await askUntilFailure(model)
  expect(error).toBeInstanceOf(ModelError)
  return { events, error: (error as ModelError).toJSON() }
}

/** The port of a process that listens but accepts nobody any more: it stands still, and its queue is full. */
async function blackHole(): Promise<number> {
  const program = `
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      process.stdout.write(String(server.address().port))
    })`
  const child = spawn(process.execPath, ['--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  child.kill('SIGSTOP')
  const waiting: Socket[] = []
  onTestFinished(() => {
    for (const socket of waiting) socket.destroy()
    child.kill('SIGKILL')
  })
  for (let isFull = false; !isFull;) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.on('error', () => {})
    waiting.push(socket)
    isFull = await Promise.race([once(socket, 'connect').then(() => false), sleep(300, true)])
  }
  return Number(port)
}

describe('time', () => {
  test('is over when there is no connection', async () => {
    const port = await blackHole()

    const { error } = await failureAt(`http://127.0.0.1:${port}/v1`, { connectTimeoutMs: 100 })

    expect(error).toEqual({
      code: 'model.connect_timeout',
      message: `There was no connection to fake at 127.0.0.1:${port} within 100 ms (connect time-out)`,
      retryable: true,
    })
  })

  test('is over when the headers trickle in for too long', async () => {
    const server = await tcpServer(async (socket) => {
      socket.resume()
      for (const letter of 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n') {
        if (socket.destroyed) return
        socket.write(letter)
        await sleep(20)
      }
    })

    const { error } = await failureAt(`http://127.0.0.1:${server.port}`, { firstByteTimeoutMs: 150 })

    expect(error).toMatchObject({
      code: 'model.first_byte_timeout',
      message: 'fake sent nothing for 150 ms (first-byte time-out)',
    })
    await expect.poll(() => server.open()).toBe(0)
  })

  test('is over as a whole, although the answer never stood still', async () => {
    const server = await providerServer(async (response) => {
      beginStream(response)
      response.write(HALF)
      while (!response.destroyed) {
        response.write(':')
        await sleep(20)
      }
    })

    const { events, error } = await failureAt(server.url, { idleTimeoutMs: 5_000, totalTimeoutMs: 300 })

    expect(events).toEqual(HALF_TOLD)
    expect(error).toEqual({
      code: 'model.total_timeout',
      message: 'fake did not finish its answer within 300 ms (total time-out)',
      retryable: true,
    })
    await server.clientLeft
  })

  test('is not counted as a whole unless that is asked for', async () => {
    const server = await providerServer(async (response) => {
      beginStream(response)
      await sleep(200)
      response.end(HALF)
    })

    const { error } = await failureAt(server.url, { totalTimeoutMs: Number.POSITIVE_INFINITY })

    expect(error).toMatchObject({ code: 'model.interrupted' })
  })
})

describe('an answer', () => {
  const tooLong = {
    code: 'model.bad_response',
    message: 'fake sent more than 1000000 bytes; raise maxResponseBytes if answers may be that long',
    retryable: false,
  }

  test('of too many bytes is cut off, and what came before is told', async () => {
    const server = await providerServer(async (response) => {
      beginStream(response)
      response.write(HALF)
      while (!response.destroyed) {
        response.write(`: ${'x'.repeat(10_000)}\n`)
        await sleep(1)
      }
    })

    const { events, error } = await failureAt(server.url, { maxResponseBytes: 1_000_000 })

    expect(events).toEqual(HALF_TOLD)
    expect(error).toEqual(tooLong)
    await server.clientLeft
  })

  test('of few bytes that unfold into too many is cut off', async () => {
    const bomb = gzipSync(`: ${'x'.repeat(50_000_000)}\n`)
    const server = await providerServer((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
      response.end(bomb)
    })

    const { error } = await failureAt(server.url, { maxResponseBytes: 1_000_000 })

    expect(bomb.length).toBeLessThan(100_000)
    expect(error).toEqual(tooLong)
  })

  test('that is no stream is held to the same limit', async () => {
    const server = await providerServer((response) =>
      sendJson(response, 200, { choices: ['x'.repeat(2_000_000)] }),
    )

    const { error } = await failureAt(server.url, { maxResponseBytes: 1_000_000 })

    expect(error).toEqual(tooLong)
  })
})
