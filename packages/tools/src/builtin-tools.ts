import type { Tool } from '@heddle/core'
import { bashTool } from './bash.ts'
import { editFileTool } from './edit-file.ts'
import { globTool } from './glob.ts'
import { grepTool } from './grep.ts'
import { humanTool } from './human.ts'
import { readFileTool } from './read-file.ts'
import type { AskHuman, CommandToolOptions } from './tool-options.ts'
import { writeFileTool } from './write-file.ts'

/** What {@link builtinTools} is told. */
export interface BuiltinToolsOptions extends CommandToolOptions {
  /** Puts a question to the person; without it there is no `human` tool. */
  readonly ask?: AskHuman
}

/**
 * All built-in tools for one project folder: `bash`, `read_file`, `write_file`, `edit_file`, `grep`, `glob`,
 * and `human` when there is somebody to ask.
 *
 * @throws ConfigError `config.invalid` when `root` is not absolute.
 *
 * @example
 * const tools = builtinTools({ root: process.cwd() })
 */
export function builtinTools(options: BuiltinToolsOptions): Tool[] {
  const tools = [
    bashTool(options),
    readFileTool(options),
    writeFileTool(options),
    editFileTool(options),
    grepTool(options),
    globTool(options),
  ]
  return options.ask ? [...tools, humanTool({ ask: options.ask })] : tools
}
