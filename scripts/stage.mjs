import { entry } from './entry.mjs'
import { stagePackage } from './stage-package.mjs'
import { publishedPackages, say } from './workspace.mjs'

// `node scripts/stage.mjs`, after a build: lays out every package as it is published.
await entry(async () => {
  for (const folder of publishedPackages()) say(`staged ${stagePackage(folder)}`)
  return 0
})
