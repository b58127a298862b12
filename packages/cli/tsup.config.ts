import { libraryBuild } from '../../tsup.base.ts'

export default libraryBuild(['src/bin.ts', 'src/main.ts'])
