import express from 'express'
import type { Express, NextFunction, Request, Response } from 'express'
import type { Agent } from '@heddle/core'
import { chatRoutes } from '@heddle/web-sse'

/** What the page is told about who answers. */
export interface About {
  /** `provider/model`. */
  readonly model: string
  /** Why it was chosen, in a few words. */
  readonly detail: string
  /** Names of the tools on offer. */
  readonly tools: readonly string[]
}

/**
 * The whole server: the page, what it says about itself, and the chat.
 *
 * @param pageDir - Folder of the built page.
 */
export function chatApp(chat: Agent, detail: string, pageDir: string): Express {
  const about: About = { model: chat.model.id, detail, tools: chat.tools.map(({ name }) => name) }
  const app = express()
  app.disable('x-powered-by')
  app.use(refuseForeignHosts, protectPage)
  app.get('/api/about', (_request, response) => {
    response.json(about)
  })
  // Who sits before this page also runs the server, so errors are told as they are; on a public server, mask them.
  app.use('/api/chat', chatRoutes(chat, { onError: (error) => error.message }))
  app.use(express.static(pageDir))
  return app
}

/** A page of another site may point its own name at this machine; only ours is answered. */
function refuseForeignHosts(request: Request, response: Response, next: NextFunction): void {
  if (/^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i.test(request.get('host') ?? '')) next()
  else response.status(403).type('text/plain').send('Open this server as http://localhost.')
}

/** Whatever a model writes, the page loads nothing from elsewhere and runs no script but its own. */
function protectPage(_request: Request, response: Response, next: NextFunction): void {
  response.set({
    'content-security-policy':
      "default-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  next()
}
