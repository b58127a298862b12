import { entry } from './entry.mjs'
import { UserError } from './user-error.mjs'

// `npm run check [-- --skip NAME]...`: everything that a change must pass; stops at the first step that fails.
await entry(async () => {
  // Here, not above: the steps use packages, which the entry installs first.
  const { checkSteps } = await import('./check-steps.mjs')
  const skipped = skippedSteps(
    process.argv.slice(2),
    checkSteps.map(({ name }) => name),
  )
  for (const { name, run } of checkSteps) {
    if (skipped.has(name)) {
      report(name, 'skipped')
      continue
    }
    const startedMs = performance.now()
    const problem = await run().catch((error) => String(error?.message ?? error))
    report(name, problem === undefined ? 'ok' : 'failed', performance.now() - startedMs)
    if (problem === undefined) continue
    process.stdout.write(`\n${problem.trim()}\n\nThe check "${name}" failed.\n`)
    return 1
  }
  return 0
})

/**
 * @param {string[]} args
 * @param {string[]} names - Of all steps.
 */
function skippedSteps(args, names) {
  /** @type {Set<string>} */
  const skipped = new Set()
  for (let index = 0; index < args.length; index += 2) {
    const [flag, name = ''] = args.slice(index, index + 2)
    if (flag !== '--skip' || !names.includes(name)) {
      throw new UserError(`check takes only --skip NAME, where NAME is one of: ${names.join(', ')}.`)
    }
    skipped.add(name)
  }
  return skipped
}

/** @param {string} name @param {string} outcome @param {number} [ms] */
function report(name, outcome, ms) {
  const time = ms === undefined ? '' : `${(ms / 1000).toFixed(1)} s`
  process.stdout.write(`${name.padEnd(10)} ${outcome.padEnd(8)} ${time}\n`)
}
