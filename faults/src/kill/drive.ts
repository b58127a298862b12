import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { RunStop } from '@heddle/core'
import { Lost } from '../fault-row.ts'
import type { DriverOrder, DriverWord } from './driver-order.ts'
import type { KillWorld } from './kill-world.ts'

/** What one process did with a run. */
export interface Drive {
  /** JSON texts of the events that its reader was told, oldest first. */
  readonly told: readonly string[]
  /** The points that it named. */
  readonly passed: readonly string[]
  /** Where it stopped to be killed; empty when it was not stopped. */
  readonly stoppedAt: readonly string[]
  /** How it left the run; `null` when it was killed. */
  readonly stop: RunStop | null
  /** Milliseconds from when it began to drive until it was gone. */
  readonly drivingMs: number
}

export interface DriveOptions {
  readonly stopAt?: Iterable<string>
  readonly namesPoints?: boolean
  /** Milliseconds after which it is killed wherever it is, counted from when it begins to drive. */
  readonly killAfterMs?: number
}

const DRIVER = fileURLToPath(new URL('driver-main.ts', import.meta.url))

/** Longer than a driver takes on a busy machine; who is still alive then hangs. */
const DRIVER_TIMEOUT_MS = 20_000

/**
 * Drives a run in a process of its own, until it leaves the run or is killed (`kill -9`).
 *
 * @throws Lost when the process hangs or breaks down.
 */
export async function drive(world: KillWorld, runId: string, options: DriveOptions = {}): Promise<Drive> {
  const order: DriverOrder = {
    target: world.target,
    runId,
    ledgerFile: world.ledgerFileOf(runId),
    stopAt: [...(options.stopAt ?? [])],
    namesPoints: options.namesPoints ?? false,
    sabotage: world.sabotage,
  }
  const conditions = process.execArgv.filter((argument) => argument.startsWith('--conditions='))
  const driver = spawn(process.execPath, [...conditions, DRIVER, JSON.stringify(order)], {
    env: { ...process.env, NODE_COMPILE_CACHE: world.cacheFolder },
  })
  const kill = (): void => void driver.kill('SIGKILL')
  let isHanging = false
  const timers = [setTimeout(() => (isHanging = driver.kill('SIGKILL')), DRIVER_TIMEOUT_MS)]
  let complaint = ''
  driver.stderr.on('data', (piece: Buffer) => (complaint += piece.toString('utf8')))
  const exited = new Promise<void>((resolve) => driver.on('close', () => resolve()))

  const told: string[] = []
  const passed: string[] = []
  let stoppedAt: readonly string[] = []
  let stop: RunStop | null = null
  let begunMs = performance.now()
  for await (const line of createInterface(driver.stdout)) {
    const word = wordOf(line)
    if (word?.word === 'told') told.push(word.body)
    else if (word?.word === 'passed') passed.push(...word.points)
    else if (word?.word === 'left') stop = word.stop
    else if (word?.word === 'stopped') {
      stoppedAt = word.points
      kill()
    } else if (word?.word === 'driving') {
      begunMs = performance.now()
      if (options.killAfterMs !== undefined) timers.push(setTimeout(kill, options.killAfterMs))
    }
  }
  await exited
  for (const timer of timers) clearTimeout(timer)

  if (isHanging) throw new Lost(`${runId}: a driver did not end within ${DRIVER_TIMEOUT_MS / 1_000} s`)
  if (stop === null && driver.signalCode === null) {
    throw new Lost(`${runId}: a driver broke down: ${complaint.trim() || `exit code ${driver.exitCode}`}`)
  }
  return { told, passed, stoppedAt, stop, drivingMs: performance.now() - begunMs }
}

/** `null` for half a line: the kill came while it was written. */
function wordOf(line: string): DriverWord | null {
  try {
    return JSON.parse(line) as DriverWord
  } catch {
    return null
  }
}
