import { basename, delimiter } from 'node:path'

/** Names that look like secrets. Too many are better than one too few: a command can be given what it needs. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL/i

/** Makes programs print plainly, and never wait for a person. */
const FIXED: Readonly<Record<string, string>> = {
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  // Accepts the prepared text instead of opening an editor; git refuses an empty commit message itself.
  GIT_EDITOR: 'true',
  TERM: 'dumb',
  NO_COLOR: '1',
}

/** `CI` changes what programs do; `FORCE_COLOR` would win over `NO_COLOR`. */
const LEFT_OUT: ReadonlySet<string> = new Set(['CI', 'FORCE_COLOR', 'CLICOLOR_FORCE'])

/** How we were started, by npm and by our own settings: it would mislead another npm, and another Heddle. */
const OF_OUR_START = /^(?:npm_.*|INIT_CWD|HEDDLE_.*)$/

/** The last of the folders that `npm run` puts before the PATH; those of our package stand before it. */
const LAST_OF_NPM = 'node-gyp-bin'

/**
 * The environment of a command: the inherited one without variables whose names look like secrets
 * (`*KEY*`, `*TOKEN*`, `*SECRET*`, `*PASSWORD*`, `*PASSWD*`, `*CREDENTIAL*`, in any case) and without what npm
 * and Heddle's own settings left in it, with pagers, prompts, editors and colours switched off. Made anew
 * for every command.
 */
export function commandEnvironment(
  inherited: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(inherited)) {
    const isLeftOut = SECRET_NAME.test(name) || LEFT_OUT.has(name) || OF_OUR_START.test(name)
    if (value !== undefined && !isLeftOut) environment[name] = name === 'PATH' ? withoutNpm(value) : value
  }
  return { ...environment, ...FIXED }
}

function withoutNpm(path: string): string {
  const folders = path.split(delimiter)
  return folders
    .slice(folders.findLastIndex((folder) => basename(folder) === LAST_OF_NPM) + 1)
    .join(delimiter)
}
