import type { BridgeCli } from './bridge-cli.ts'
import type { BridgeName } from './bridge-names.ts'
import { claudeCli } from './claude-cli.ts'
import { codexCli } from './codex-cli.ts'

const CLIS: Readonly<Record<BridgeName, BridgeCli>> = {
  'claude-subscription': claudeCli,
  'codex-subscription': codexCli,
}

/** The program behind a bridge. */
export function cliOf(name: BridgeName): BridgeCli {
  return CLIS[name]
}
