import js from '@eslint/js'
import nx from '@nx/eslint-plugin'
import { defineConfig } from 'eslint/config'
import tseslint from 'typescript-eslint'

const sources = ['packages/*/src/**/*.ts']
const tests = ['**/test/**/*.{ts,tsx}']
const typescript = ['**/*.{ts,tsx}']

/** An arrow points only to a lower floor; examples, the bench and the CLI stand on the top one. */
const floors = [0, 1, 2, 3].map((floor) => ({
  sourceTag: `floor:${floor}`,
  onlyDependOnLibsWithTags: [0, 1, 2].filter((lower) => lower < floor).map((lower) => `floor:${lower}`),
}))

/** Tests may use the testkit wherever it stands. */
const floorsOfTests = floors.map((constraint) => ({
  ...constraint,
  onlyDependOnLibsWithTags: [...constraint.onlyDependOnLibsWithTags, 'testkit'],
}))

/**
 * @param {typeof floors} depConstraints
 * @param {object} [options] - More options of the rule.
 * @returns {import('eslint').Linter.RulesRecord}
 */
function boundaries(depConstraints, options = {}) {
  return {
    '@nx/enforce-module-boundaries': [
      'error',
      { enforceBuildableLibDependency: false, depConstraints, ...options },
    ],
  }
}

const noBarrels = {
  selector: 'ExportAllDeclaration',
  message: 'Name what is exported: `export *` hides the public face and invites cycles.',
}

export default defineConfig(
  {
    ignores: [
      '**/dist/',
      '**/node_modules/',
      '.nx/',
      '**/.publish/',
      '**/coverage/',
      '**/fixtures/',
      '**/tsup.config.ts',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: typescript,
    extends: [js.configs.recommended, tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // `signal.reason` may be anything and is passed on as it is; a private sentinel may be a symbol.
      '@typescript-eslint/only-throw-error': 'off',
      // Ports are made by factories and closures: their methods do not use `this`.
      '@typescript-eslint/unbound-method': 'off',
      // A port's method is async by contract, whether or not one adapter of it happens to wait for something.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: typescript,
    // Its own typing is for the previous ESLint.
    plugins: { '@nx': /** @type {import('eslint').ESLint.Plugin} */ (/** @type {unknown} */ (nx)) },
    rules: boundaries(floors),
  },
  {
    files: sources,
    rules: {
      'no-restricted-syntax': ['error', noBarrels],
      'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['warn', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['warn', 4],
    },
  },
  {
    files: ['packages/core/src/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [{ regex: '^(?!\\.\\.?/)', message: 'core stands on nothing: take it as an argument.' }],
        },
      ],
      'no-restricted-globals': [
        'error',
        ...['process', 'Buffer', 'require', 'global', '__dirname', '__filename'].map((name) => ({
          name,
          message: 'core runs wherever JavaScript does: use a web standard, or take it as an argument.',
        })),
      ],
      'no-restricted-syntax': [
        'error',
        noBarrels,
        { selector: 'ImportExpression', message: 'core loads nothing at run time.' },
      ],
    },
  },
  {
    files: tests,
    rules: {
      ...boundaries(floorsOfTests, {
        // Tests see their own package as its users do: by name.
        allowCircularSelfDependency: true,
        // core's tests use the testkit, which stands on core.
        ignoredCircularDependencies: [['@heddle/core', '@heddle/testkit']],
      }),
      // Tests hand wrong values in on purpose.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
)
