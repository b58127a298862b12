import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TcpServer {
  readonly port: number
  /** Connections that were opened so far. */
  readonly connections: readonly Socket[]
  /** Connections that are open now. */
  open(): number
}

/** A server for one test that is told of every connection and does nothing by itself, not even read. */
export async function tcpServer(onConnection: (socket: Socket, nth: number) => unknown): Promise<TcpServer> {
  const connections: Socket[] = []
  const server = createServer((socket) => {
    connections.push(socket)
    // A client that breaks off is what is tested.
    socket.on('error', () => {})
    onConnection(socket, connections.length)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of connections) socket.destroy()
    return new Promise<void>((resolve) => void server.close(() => resolve()))
  })
  return {
    port: (server.address() as AddressInfo).port,
    connections,
    open: () => connections.filter((socket) => !socket.closed).length,
  }
}
