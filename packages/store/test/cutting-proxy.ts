import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

export interface CuttingProxy {
  /** The address of the database behind it. */
  readonly url: string
  /** Cuts the connection that next sends a statement with this text, after the server has answered it. */
  cutAfter(statement: string): void
  /** Connections that were cut. */
  readonly cuts: number
  stop(): void
}

/** Stands before a database server and loses answers, as a network does. */
export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { port } = new URL(target)
  let fatal: string | null = null
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1')
    let isDoomed = false
    client.on('data', (bytes) => {
      if (fatal !== null && bytes.includes(fatal)) {
        isDoomed = true
        fatal = null
      }
      upstream.write(bytes)
    })
    upstream.on('data', (bytes) => {
      if (!isDoomed) client.write(bytes)
      else {
        cuts++
        client.destroy()
        upstream.destroy()
      }
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('close', () => other.destroy())
      one.on('error', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    cutAfter: (statement) => (fatal = statement),
    get cuts() {
      return cuts
    },
    stop: () => void server.close(),
  }
}
