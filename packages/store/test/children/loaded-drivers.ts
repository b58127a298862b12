/** Tells which database drivers are loaded after opening a store. Argument: target; none opens nothing. */
import { openStore } from '@heddle/store'
import { createRequire } from 'node:module'

const [target] = process.argv.slice(2)
if (target !== undefined) {
  const { close } = await openStore(target)
  await close()
}
const loaded = Object.keys(createRequire(import.meta.url).cache)
const drivers = ['better-sqlite3', 'pg'].filter((name) =>
  loaded.some((path) => path.includes(`/node_modules/${name}/`)),
)
console.log(drivers.join(' '))
