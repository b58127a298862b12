import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import type { BrowserContext } from 'playwright-core'

/** Where Linux distributions put it; `CHROMIUM` names another one. */
const PATHS = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** `null` when there is none on this machine. */
export const CHROMIUM: string | null = PATHS.find((path) => path !== undefined && existsSync(path)) ?? null

/** A running browser, with a profile of its own. */
export interface Browser {
  readonly context: BrowserContext
  /** Ends it and takes the profile away. */
  close(): Promise<void>
}

/** A browser that talks to nobody but the page under test. */
export async function openBrowser(colorScheme: 'light' | 'dark' = 'light'): Promise<Browser> {
  const userDataDir = await mkdtemp(join(tmpdir(), 'heddle-chromium-'))
  const context = await chromium.launchPersistentContext(userDataDir, {
    executablePath: CHROMIUM ?? '',
    headless: true,
    colorScheme,
    viewport: { width: 900, height: 760 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return {
    context,
    async close() {
      await context.close()
      await rm(userDataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
