/** Makes the tables and is killed before a given statement. Arguments: target, number of the statement from 1. */
import { decisionGraph } from '@heddle/graph'
import Sqlite from 'better-sqlite3'
import pg from 'pg'
import { openTarget } from '../each-graph.ts'

const [target = '', fatal = ''] = process.argv.slice(2)
let count = 0

/** @param method - Its first argument is a statement, or describes one. */
function countCalls(prototype: object, method: string): void {
  const original = Reflect.get(prototype, method) as (...args: unknown[]) => unknown
  Reflect.set(prototype, method, function (this: unknown, ...args: unknown[]) {
    if (++count === Number(fatal)) process.kill(process.pid, 'SIGKILL')
    return original.apply(this, args)
  })
}

countCalls(Sqlite.prototype, 'prepare')
countCalls(pg.Client.prototype, 'query')
const db = openTarget(target)
await decisionGraph(db, { project: 'crash' })
await db.destroy()
