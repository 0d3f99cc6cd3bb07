import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import { existsSync } from 'node:fs';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Run by hand through npm, so they speak to a terminal and take what they need from its environment. */
const COMMANDS = ['src/graphql/print-schema.ts', 'src/store/schema/generate-migration.ts'];

/** The rules look into types, and these take their own from packages that are installed by `npm run bench` and `npm run test:example`. */
const WITHOUT_PACKAGES = ['bench/', 'examples/better-auth/'].filter((folder) => !existsSync(`${folder}node_modules`));

const noDefaultExport = {
  selector: 'ExportDefaultDeclaration',
  message: 'Name the export: a name can be searched for, and it is the same everywhere.',
};

const noBelievedRow = {
  selector:
    ':matches(CallExpression[callee.object.name=/^(reader|writer|transaction)$/], CallExpression[callee.object.property.name=/^(reader|writer)$/])[callee.property.name=/^(rows|lock|prepared)$/]',
  message:
    'Read with `select()` of src/store/schema/select.ts: the type of a row follows from what the statement lists.',
};

// Which floor may import what is held by .dependency-cruiser.cjs, which knows files; here stand the rules about lines.
export default defineConfig(
  { ignores: ['**/dist/', '.wireit/', 'coverage/', 'data/', ...WITHOUT_PACKAGES] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // `== null` is the one comparison that is meant loosely: null and undefined are both nothing.
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExport],
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read and validated once, in src/server; take the value as an argument.',
        },
      ],
      'no-restricted-imports': [
        'error',
        { paths: ['process', 'node:process'].map((name) => ({ name, message: 'Use the global `process`.' })) },
      ],
      // In files with decorators the rule keeps silent by itself: what `emitDecoratorMetadata` writes needs the value.
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none', ignoreRestSiblings: true },
      ],
      // An interface may ask for a promise where one of its implementations has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
    },
  },
  {
    files: [
      'src/main.ts',
      'src/server/**',
      'ormconfig.ts',
      'tests/**',
      'bench/**',
      'examples/**',
      'web/vite.config.ts',
      ...COMMANDS,
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['src/**'],
    // What passes statements on knows no rows.
    ignores: ['src/store/schema/**', 'src/store/engines/**', 'src/server/tracing/**'],
    rules: { 'no-restricted-syntax': ['error', noDefaultExport, noBelievedRow] },
  },
  {
    files: [
      'src/server/demo/**',
      'bench/src/bench.ts',
      'examples/**',
      'bench/src/ledger/run.ts',
      'bench/src/growth/run.ts',
      'bench/src/compare/run.ts',
      'tests/kits/processes/*-process.ts',
      'tests/kits/commands/**',
      ...COMMANDS,
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['tests/**/*.ts'],
    rules: {
      // An answer from the wire has no type until it has been looked at, and looking at it is what a test does.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['web/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat.recommended] },
  // The tool asks for a default export.
  { files: ['web/vite.config.ts', 'web/*/vite.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', process: 'readonly', __dirname: 'readonly' },
    },
  },
);
