import { readFileSync, readdirSync } from 'node:fs'

/** Command lines of all living processes that hold a marker; `sleep 60.123` is marker enough. */
export function processesWith(marker: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map(commandLine)
    .filter((line) => line.includes(marker))
}

/** Seconds for `sleep` that no other process uses. */
export function uniqueSeconds(): string {
  return `60.${process.pid}${Math.random().toString().slice(2, 10)}`
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
  } catch {
    return ''
  }
}
