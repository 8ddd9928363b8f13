import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const clockAndRandomness = 'Nothing here knows the time or chance: take it from the host or from a seed.';
const inputAndOutput = 'Nothing here does input or output: leave that to src/traces and src/cli.';

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', 'golden/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    files: ['**/*.{js,mjs,cjs,ts,mts,cts}'],
    extends: [js.configs.recommended],
    rules: {
      complexity: ['error', { max: 16, variant: 'modified' }],
      curly: ['error', 'multi-line'],
      eqeqeq: 'error',
      'max-depth': ['error', 4],
      'max-lines': ['error', { max: 400 }],
      'no-else-return': 'error',
      'no-param-reassign': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
    },
  },

  {
    files: ['**/*.{js,mjs,cjs}'],
    ignores: ['src/conformance/reports/page/*.js'],
    languageOptions: { globals: nodeGlobals() },
  },

  // The script of the page that conformance reports are written as; a browser runs it.
  {
    files: ['src/conformance/reports/page/*.js'],
    languageOptions: {
      globals: Object.fromEntries(
        ['document', 'HTMLElement', 'HTMLInputElement'].map((name) => [name, 'readonly']),
      ),
    },
  },

  {
    files: ['**/*.{ts,mts,cts}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],

      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowBoolean: true, allowNumber: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Without noUncheckedIndexedAccess (see tsconfig.json) this rule calls a check for a missing element needless.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },

  // Projects of users, with configurations of their own; only where heapspec is installed do they know its types.
  { files: ['examples/**/*.ts'], extends: [tseslint.configs.disableTypeChecked] },

  {
    files: ['src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'error' },
  },

  // Heaps, programs and comparisons are the same on every machine and at every time.
  // Which modules they may import is the concern of .dependency-cruiser.cjs.
  {
    files: [
      'src/{spec,reference,optimized,programs,lockstep,faults}/**/*.ts',
      'src/fuzzing/mutations/**/*.ts',
      'src/fuzzing/{corpus,costs,drawn-programs,features,good-turing,guide,minimise,parents,recipe,yields}.ts',
    ],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...['Date', 'performance', 'crypto', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
          name,
          message: clockAndRandomness,
        })),
        ...['process', 'console', 'fetch', 'require'].map((name) => ({ name, message: inputAndOutput })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: clockAndRandomness },
      ],
    },
  },
);

/** The globals of Node that plain JavaScript files here use; in TypeScript files the compiler knows them. */
function nodeGlobals() {
  const names = ['Buffer', 'console', 'performance', 'process', 'URL', 'WebAssembly'];
  names.push('setTimeout', 'clearTimeout', 'setInterval');
  const commonJs = ['module', 'require', '__dirname'];
  return Object.fromEntries([...names, ...commonJs].map((name) => [name, 'readonly']));
}
