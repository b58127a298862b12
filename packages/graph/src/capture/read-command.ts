import { isJsonObject } from '@heddle/core'
import type { JsonValue } from '@heddle/core'
import { oneLine } from './one-line.ts'

/** What running a command showed. */
export type CommandEvent =
  | {
      readonly kind: 'tests'
      readonly command: string
      readonly hasPassed: boolean
      readonly summary: string
    }
  | { readonly kind: 'commit'; readonly hash: string; readonly subject: string }
  | { readonly kind: 'revert'; readonly command: string }

/** One program of a command line, after `cd …`, variables and wrappers were taken away. */
const TEST_PROGRAMS: readonly RegExp[] = [
  /^(?:npm|pnpm|yarn|bun)\s+(?:run\s+|run-script\s+)?(?:t|tst|test)(?::[\w:-]+)?(?:\s|$)/,
  /^(?:npx\s+|pnpm\s+(?:exec\s+|dlx\s+)?|yarn\s+|bunx\s+)?(?:vitest|jest|mocha|ava|tap|playwright\s+test|cypress\s+run)(?:\s|$)/,
  /^(?:node|tsx|bun|deno)\s+(?:\S+\s+)*?(?:--test|test)(?:[\s=]|$)/,
  /^(?:python[\d.]*\s+-m\s+)?(?:pytest|py\.test|unittest|nose2|tox|nox)(?:\s|$)/,
  /^cargo\s+(?:\+\S+\s+)?(?:test|nextest\s+run)(?:\s|$)/,
  /^go\s+test(?:\s|$)/,
  /^(?:\.\/)?(?:mvnw?|gradlew?)\s+(?:\S+\s+)*?(?:test|verify|check)(?:\s|$)/,
  /^(?:mix|dotnet|swift|flutter|dart|rake|rails|bin\/rails|zig\s+build|make|just|bazel|nx)\s+(?:\S+\s+)*?(?:test|tests|check)(?:[\s:]|$)/,
  /^(?:bundle\s+exec\s+)?(?:rspec|minitest|phpunit|ctest|busted|bats)(?:\s|$)/,
]
/** 126 and 127: the shell found nothing it could run; pytest's 4 and 5: wrong usage, no tests. */
const NO_VERDICT_CODES: ReadonlySet<number> = new Set([126, 127])
const PYTEST_NO_VERDICT: ReadonlySet<number> = new Set([4, 5])

/** "3 failed", "1 failing", "FAILED (failures=2)", "not ok 4", "--- FAIL: TestX", "test result: FAILED". */
const FAILING =
  /\b[1-9]\d* (?:tests? )?(?:failed|failing|failures?|errors?)\b|^# fail [1-9]|\bfailures?[=:]\s*[1-9]|^not ok\b|^-{3} FAIL|^FAIL(?:ED)?\b|test result: FAILED|\bTests?:? +[1-9]\d* failed/m
const PASSING =
  /\b[1-9]\d* (?:tests? )?(?:passed|passing|ok)\b|^# pass [1-9]|^ok\b|^PASS\b|test result: ok|^OK\b/m
/** The first line that says what went wrong; the more telling kinds first. */
const TELLING_LINES: readonly RegExp[] = [
  /^\s*(?:AssertionError|AssertionError \[\w+\]|E\s{2,}\S|\w*Error(?: \[\w+\])?:|thread '.*' panicked|panic:)/,
  /^\s*(?:FAIL(?:ED)?\b|-{3} FAIL|not ok\b|[✗✖×●]\s)/,
  FAILING,
]

/**
 * What a shell command tells about the work: a test run with its verdict, a commit, or changes taken back.
 * Other commands, and runs that allow no verdict (nothing was found to run), tell nothing.
 *
 * A verdict rests on the exit code where it is that of the tests; behind a pipe, `||` or `;` it is not, and
 * the summary that the runner prints decides.
 *
 * @param output - Of the tool: the text of the `bash` tool with its last line in brackets, or an object with
 *   `exitCode` (or `exit_code`) and `output` (or `stdout` and `stderr`).
 */
export function readCommand(command: string, output: JsonValue): CommandEvent[] {
  const { code, text } = readOutput(output)
  if (code === null) return []
  const events: CommandEvent[] = []
  for (const part of partsOf(command)) {
    if (isTestRun(part.program)) {
      const hasPassed = verdictOn(part, code, text)
      if (hasPassed !== null) {
        const summary = hasPassed ? '' : (failingLine(text) ?? `exit code ${code}`)
        events.push({ kind: 'tests', command: shown(part.program), hasPassed, summary })
      }
    } else if (code === 0) events.push(...readGit(part.program, text))
  }
  return events
}

interface CommandPart {
  readonly program: string
  /** True when the exit code of the whole line says whether this part went well. */
  readonly decides: boolean
  readonly isLast: boolean
}

/** The programs of a command line. Quotes are heeded as far as separators go; nothing is expanded. */
function partsOf(command: string): CommandPart[] {
  const pieces: { text: string; separator: string }[] = []
  let text = ''
  let quote = ''
  for (let at = 0; at < command.length; at++) {
    const char = command.charAt(at)
    if (quote !== '') {
      if (char === quote) quote = ''
      text += char
    } else if (char === "'" || char === '"') {
      quote = char
      text += char
    } else {
      const separator = /^(?:&&|\|\||[;|\n])/.exec(command.slice(at, at + 2))?.[0]
      if (separator === undefined) text += char
      else {
        pieces.push({ text, separator })
        text = ''
        at += separator.length - 1
      }
    }
  }
  pieces.push({ text, separator: '' })
  return pieces.map((piece, at) => ({
    program: withoutWrappers(piece.text),
    decides: pieces.slice(at).every(({ separator }) => separator === '' || separator === '&&'),
    isLast: at === pieces.length - 1,
  }))
}

/** Without variables, `time`, `env`, `timeout 60`, `sudo` and parentheses before the program. */
function withoutWrappers(text: string): string {
  let rest = text.trim().replace(/^[({]\s*/, '')
  for (;;) {
    const shorter = rest.replace(
      /^(?:[A-Za-z_]\w*=(?:'[^']*'|"[^"]*"|\S*)|env|time|sudo|nice|command|timeout\s+\S+)\s+/,
      '',
    )
    if (shorter === rest) return rest
    rest = shorter
  }
}

/** A program without its redirections, for titles. */
function shown(program: string): string {
  return oneLine(program.replace(/\s*\d?>{1,2}(?:&\d|\s*[^\s&]+)/g, ''), 80)
}

function isTestRun(program: string): boolean {
  return TEST_PROGRAMS.some((pattern) => pattern.test(program))
}

function verdictOn({ program, decides, isLast }: CommandPart, code: number, text: string): boolean | null {
  if (NO_VERDICT_CODES.has(code)) return null
  if (/\b(?:pytest|py\.test)\b/.test(program) && PYTEST_NO_VERDICT.has(code)) return null
  if (/Missing script:|command not found|No such file or directory\s*$/.test(text) && code !== 0) return null
  if (decides && code === 0) return true
  if (FAILING.test(text)) return false
  // `test && deploy` may fail for what came after passing tests; behind a pipe only the summary speaks.
  if (PASSING.test(text) && !(decides && isLast)) return true
  return decides ? false : null
}

function failingLine(text: string): string | undefined {
  const lines = text.split('\n')
  for (const pattern of TELLING_LINES) {
    const line = lines.find((candidate) => pattern.test(candidate))
    if (line !== undefined) return oneLine(line.replace(/^\s*E\s{2,}/, ''), 140)
  }
  return undefined
}

function readGit(program: string, text: string): CommandEvent[] {
  const verb = /^git\s+(?:-[cC]\s+\S+\s+|--\S+\s+)*([\w-]+)\s*(.*)$/s.exec(program)
  const rest = verb?.[2] ?? ''
  switch (verb?.[1]) {
    case 'commit':
    case 'cherry-pick':
    case 'merge': {
      // "[main 1a2b3c4] subject", "[main (root-commit) 1a2b3c4] subject", "[detached HEAD 1a2b3c4] subject"
      const made = /^\[[^\]\n]*?([0-9a-f]{7,40})\] (.+)$/m.exec(text)
      return made?.[1] !== undefined && made[2] !== undefined
        ? [{ kind: 'commit', hash: made[1], subject: made[2].trim() }]
        : []
    }
    case 'revert':
    case 'restore':
      return [{ kind: 'revert', command: shown(program) }]
    case 'checkout':
      return /(?:^|\s)(?:--|\.)(?:\s|$)/.test(rest) ? [{ kind: 'revert', command: shown(program) }] : []
    case 'reset':
      return /--hard\b/.test(rest) ? [{ kind: 'revert', command: shown(program) }] : []
    case 'stash':
      return rest === '' || /^(?:push|save|-)/.test(rest) ? [{ kind: 'revert', command: shown(program) }] : []
    default:
      return []
  }
}

/** @returns `code` `null` when the output does not say how the command ended. */
function readOutput(output: JsonValue): { readonly code: number | null; readonly text: string } {
  if (isJsonObject(output)) {
    const code = output['exitCode'] ?? output['exit_code']
    const texts = [output['output'], output['stdout'], output['stderr']].filter(
      (text) => typeof text === 'string',
    )
    return { code: typeof code === 'number' ? code : null, text: texts.join('\n') }
  }
  if (typeof output !== 'string') return { code: null, text: '' }
  const end = output.lastIndexOf('\n')
  const status = /^\[exit code (\d+)\b/.exec(output.slice(end + 1))
  return { code: status ? Number(status[1]) : null, text: output.slice(0, Math.max(end, 0)) }
}
