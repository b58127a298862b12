/** What an importing process prints. */
export interface ImportMeasurement {
  /** User and system time of the whole process during the imports, in microseconds. */
  readonly cpuUs: number
}

/** Imports the packages named in the arguments, in order, and prints what that cost as one line of JSON. */
export async function measureImport(): Promise<void> {
  const specifiers = process.argv.slice(1)
  const before = process.cpuUsage()
  for (const specifier of specifiers) await import(specifier)
  const { user, system } = process.cpuUsage(before)
  const measurement: ImportMeasurement = { cpuUs: user + system }
  process.stdout.write(`${JSON.stringify(measurement)}\n`)
}
