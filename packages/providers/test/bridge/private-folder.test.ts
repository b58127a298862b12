import { access, readFile, stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { privateFolder } from '../../src/bridge/private-folder.ts'

test('what a program is given to read is for nobody else, and goes with its folder', async () => {
  const folder = await privateFolder([
    { name: 'system.txt', content: { text: 'Be brief.' } },
    { name: '1.png', content: { base64: 'AAEC' } },
  ])
  const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777

  expect([await modeOf(folder.path), await modeOf(folder.pathOf('system.txt'))]).toEqual([0o700, 0o600])
  expect(await readFile(folder.pathOf('1.png'))).toEqual(Buffer.from([0, 1, 2]))
  await folder.remove()

  await expect(access(folder.path)).rejects.toThrow('ENOENT')
})
