import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

// Each command is a process or two, and a busy machine starts them slowly.
vi.setConfig({ testTimeout: 60_000 })

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

describe('an order', () => {
  test('keeps its messages, money and question when its process is killed, and is finished later', async () => {
    const shop = newShop()

    const killed = await shop.start()
    const status = await shop.start('status')
    const resumed = await shop.start()
    const said = await shop.start('say', 'Send it to my sister.')
    const approved = await shop.start('approve')
    const approvedAgain = await shop.start('deny')
    const finished = await shop.start()
    const ended = await shop.start()

    expect(killed.stdout).toContain('asks whether charge_card may run: Ana pays 42.00 euros.')
    expect(killed.stdout).toContain('weave begins (once)\n\nkill -9: the process is dead')
    expect(status.stdout).toBe(
      [
        'order-1: 6 messages, $0.0103 of $0.0500 spent',
        '  you: I am Ana. Weave me a blue scarf, please; it may cost 42 euros.',
        '  clerk: Let me see. → check_stock {"colour":"blue"}',
        '  results: check_stock ok',
        '  clerk: There is enough. → reserve_yarn {"colour":"blue","skeins":2}',
        '  results: reserve_yarn ok',
        '  clerk: Now the cloth and the money. → weave {"cloth":"a blue scarf"} → charge_card {"customer":"Ana","cents":4200}',
        '  question: may charge_card run? Ana pays 42.00 euros. (waits for you)',
        '',
      ].join('\n'),
    )
    expect(resumed.stdout).toContain(status.stdout)
    expect(resumed.stdout).toContain('weave: interrupted\n\nNobody drives the order now; it waits for you.')
    expect(said.stdout).toContain('Kept for order-1.')
    expect(approved.stdout).toContain('Kept: "allow" for charge_card.')
    expect(approvedAgain.stdout).toBe('order-1 waits for no answer.\n')
    expect(finished.stdout).toContain('hears "allow" from you')
    expect(finished.stdout).toMatch(
      /\n\nYour scarf is woven\. You paid 42\.00 euros\. I have heard: Send it to my sister\.\n$/,
    )
    expect(ended.stdout).toContain('order-1: 13 messages, ')
    expect(ended.stdout).toContain('  ended: done\n')
    expect(shop.ledger()).toEqual([
      expect.stringMatching(/^reserved 2 skeins of blue, key call_\w+$/),
      'began to weave a blue scarf',
      'charged Ana 4200 cents',
      'began to weave the rest of a blue scarf',
      'wove the rest of a blue scarf',
    ])
    const codes = [killed, status, resumed, said, approved, approvedAgain, finished, ended].map(
      ({ code }) => code,
    )
    expect(codes).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  })

  test('is not charged when the answer is no, given before anybody noticed the kill', async () => {
    const shop = newShop()

    await shop.start()
    await shop.start('deny')
    const finished = await shop.start()

    expect(finished.stdout).toMatch(/\n\nYour scarf is woven\. You were not charged\.\n$/)
    expect(shop.ledger().filter((line) => line.startsWith('charged'))).toEqual([])
  })
})

test('says in a sentence what is wrong with a setting or a command', async () => {
  const shop = newShop()

  const model = await shop.start('again', { HEDDLE_MODEL: 'nonsense' })
  const database = await shop.start({ DATABASE_URL: 'mysql://localhost/x' })
  const command = await shop.start('dance')

  expect([model.code, database.code, command.code]).toEqual([1, 1, 2])
  expect(model.stderr).toMatch(/^.*nonsense.*\n$/)
  expect(database.stderr).toBe(
    'A store is a postgres:// URL or the path of an SQLite file, but not a mysql:// address.\n',
  )
  expect(command.stderr).toMatch(/^Usage: npm start -w examples\/durable/)
})

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

interface Shop {
  /** Runs the command, with changes to the environment where an object is given. */
  start(...words: (string | Record<string, string>)[]): Promise<Ended>
  /** What was done to the world. */
  ledger(): string[]
}

/** An empty folder, and the example started in it. */
function newShop(): Shop {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-durable-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return {
    async start(...words) {
      const args = words.filter((word) => typeof word === 'string')
      const env = Object.assign(
        { ...process.env, DATABASE_URL: '', HEDDLE_MODEL: '' },
        ...words.filter((word) => typeof word === 'object'),
      )
      const child = spawn(process.execPath, ['--conditions=@heddle/source', MAIN, ...args], {
        cwd: folder,
        env,
      })
      let [stdout, stderr] = ['', '']
      child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString('utf8')))
      child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString('utf8')))
      const [code] = (await once(child, 'close')) as [number]
      return { code, stdout, stderr }
    },
    ledger: () => readFileSync(join(folder, '.heddle/order-1.ledger'), 'utf8').trimEnd().split('\n'),
  }
}
