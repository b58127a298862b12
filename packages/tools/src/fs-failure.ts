import { ToolError, isAgentError, messageOf } from '@heddle/core'

const SENTENCES: Readonly<Record<string, (path: string) => string>> = {
  EACCES: (path) => `There is no permission to use ${path}.`,
  EPERM: (path) => `The system does not allow this on ${path}.`,
  EROFS: (path) => `${path} is on a read-only file system.`,
  ENOSPC: (path) => `The disk is full; ${path} was not written.`,
  EDQUOT: (path) => `The disk quota is used up; ${path} was not written.`,
  EFBIG: (path) => `${path} would be larger than the system allows.`,
  ENOENT: (path) => `${path} does not exist.`,
  ENOTDIR: (path) => `A part of ${path} is a file, not a folder.`,
  EISDIR: (path) => `${path} is a folder, not a file.`,
  ELOOP: (path) => `${path} goes through links that lead in a circle.`,
  ENAMETOOLONG: (path) => `The path ${shorten(path)} is longer than the system allows.`,
  EMFILE: (path) => `Too many files are open to use ${path}; try again.`,
  ENFILE: (path) => `Too many files are open to use ${path}; try again.`,
  EIO: (path) => `The disk failed while using ${path}.`,
  EBUSY: (path) => `${path} is in use by the system.`,
}

/** What a failed file operation means, as a sentence for the model; an error of our own passes unchanged. */
export function fsFailure(cause: unknown, path: string): Error {
  if (isAgentError(cause)) return cause
  const sentence = SENTENCES[errnoOf(cause)]?.(path) ?? `Using ${path} failed: ${messageOf(cause)}`
  return new ToolError('tool.failed', sentence, { cause })
}

/** The system's name of an error (`ENOENT`), or an empty text. */
export function errnoOf(cause: unknown): string {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : ''
  return typeof code === 'string' ? code : ''
}

function shorten(path: string): string {
  return path.length > 80 ? `${path.slice(0, 80)}…` : path
}
