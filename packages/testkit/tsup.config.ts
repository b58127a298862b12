import { libraryBuild } from '../../tsup.base.ts'

export default libraryBuild([
  'src/index.ts',
  'src/fake-provider.ts',
  'src/fake-provider-main.ts',
  'src/contracts.ts',
  'src/postgres.ts',
])
