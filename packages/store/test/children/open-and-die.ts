/** Opens a store and is killed before a given statement. Arguments: target, number of the statement from 1. */
import { openStore } from '@heddle/store'
import Sqlite from 'better-sqlite3'
import pg from 'pg'

const [target = '', fatal = ''] = process.argv.slice(2)
let count = 0

function countStatement(): void {
  if (++count === Number(fatal)) process.kill(process.pid, 'SIGKILL')
}

/** @param method - Its first argument is a statement, or describes one. */
function countCalls(prototype: object, method: string): void {
  const original = Reflect.get(prototype, method) as (...args: unknown[]) => unknown
  Reflect.set(prototype, method, function (this: unknown, ...args: unknown[]) {
    countStatement()
    return original.apply(this, args)
  })
}

countCalls(Sqlite.prototype, 'prepare')
countCalls(Sqlite.prototype, 'exec')
countCalls(pg.Client.prototype, 'query')
const store = await openStore(target)
await store.close()
