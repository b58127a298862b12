import { expect, test } from 'vitest'
import { publishedManifest } from '../stage-package.mjs'

test('leaves out what means something in this repository only', () => {
  const manifest = {
    name: '@heddle/x',
    exports: {
      '.': { '@heddle/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
      './deep': { node: { '@heddle/source': './src/deep.ts', default: './dist/deep.js' } },
      './package.json': './package.json',
    },
    scripts: { build: 'tsup' },
    dependencies: { '@heddle/core': '^0.1.0' },
    devDependencies: { vitest: '5.1.0' },
    publishConfig: { access: 'public', directory: '.publish' },
    nx: { tags: ['floor:1'] },
  }

  expect(publishedManifest(manifest)).toEqual({
    name: '@heddle/x',
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './deep': { node: { default: './dist/deep.js' } },
      './package.json': './package.json',
    },
    dependencies: { '@heddle/core': '^0.1.0' },
    publishConfig: { access: 'public' },
  })
})
