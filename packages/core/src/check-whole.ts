import { ConfigError } from './errors.ts'

/** @throws ConfigError `config.invalid` when `value` is not a whole number of at least `least`. */
export function checkWhole(name: string, value: number, least = 1): void {
  if (Number.isInteger(value) && value >= least) return
  throw new ConfigError(
    'config.invalid',
    `${name} must be a whole number of at least ${least}, not ${value}.`,
  )
}
