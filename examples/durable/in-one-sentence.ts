import { isAgentError } from '@heddle/core'

/**
 * Runs a command; what is wrong with a setting or a database is told without a stack.
 *
 * @returns The exit code.
 */
export async function inOneSentence(command: () => Promise<number>): Promise<number> {
  try {
    return await command()
  } catch (thrown) {
    if (!isAgentError(thrown)) throw thrown
    process.stderr.write(`${thrown.message}\n`)
    return 1
  }
}
