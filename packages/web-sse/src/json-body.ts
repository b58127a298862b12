import { json } from 'express'
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { isJsonObject } from '@heddle/core'
import type { JsonObject } from '@heddle/core'
import { BadRequest } from './bad-request.ts'

/** Reads a JSON body of at most `maxBytes`; one that the app has read before is left as it is. */
export function readJsonBody(maxBytes: number): RequestHandler {
  return json({ limit: maxBytes })
}

/**
 * The body, when it is an object.
 *
 * @throws BadRequest 415 when it was not sent as JSON: a page of another site can send plain text here
 *   without asking, but not JSON.
 */
export function jsonObjectOf(body: unknown, contentType: string | undefined): JsonObject {
  if (!/^application\/(?:[^;]*\+)?json\b/i.test(contentType ?? '')) {
    throw new BadRequest('Send the body as JSON, with "content-type: application/json".', 415)
  }
  if (!isJsonObject(body)) throw new BadRequest('The body must be a JSON object.')
  return body
}

/**
 * Answers a request that failed before its stream was opened: one plain sentence, because the page shows
 * the body as it is; never a stack, never a foreign message.
 *
 * @param maxBytes - Named to whoever sends more.
 * @param report - Told of failures that are the server's.
 */
export function answerBadRequest(maxBytes: number, report: (thrown: unknown) => string): ErrorRequestHandler {
  return (thrown: unknown, _request, response, next) => {
    if (response.headersSent) return next(thrown)
    if (thrown instanceof BadRequest) return sendText(response, thrown.status, thrown.message)
    switch (bodyErrorType(thrown)) {
      case 'entity.too.large':
        return sendText(
          response,
          413,
          `The request is larger than ${megabytes(maxBytes)}; send less history or smaller files.`,
        )
      case 'entity.parse.failed':
        return sendText(response, 400, 'The body is not valid JSON.')
      case 'request.aborted':
        return response.destroy()
      case null:
        return sendText(response, 500, report(thrown))
      default:
        return sendText(response, 400, 'The body cannot be read; send plain JSON in UTF-8.')
    }
  }
}

/** Which of its errors body-parser threw; each has a stable `type`. */
function bodyErrorType(thrown: unknown): string | null {
  if (!(thrown instanceof Error) || !('type' in thrown) || !('status' in thrown)) return null
  return typeof thrown.type === 'string' ? thrown.type : null
}

function sendText(response: Response, status: number, text: string): void {
  response.status(status).type('text/plain').send(text)
}

function megabytes(bytes: number): string {
  const mega = bytes / 1_048_576
  return mega >= 1 ? `${Number(mega.toFixed(1))} MB` : `${bytes} bytes`
}
