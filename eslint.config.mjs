import js from '@eslint/js'
import svelte from 'eslint-plugin-svelte'
import globals from 'globals'
import ts from 'typescript-eslint'
import svelteConfig from './svelte.config.mjs'

const outside = (names, message) => names.map((name) => ({ group: [`**/${name}/**`, `**/${name}`], message }))

/** One folder's import rules: who may be imported is docs/architecture.md's table, written as what may not. */
const layer = (folder, { files = [`src/${folder}/**/*.{ts,svelte}`], folders, packages = [], message }) => ({
  files,
  ignores: ['**/*.test.ts', '**/*.testing.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...outside(folders.map((name) => `src/${name}`).concat(folders.map((name) => `../${name}`)), message),
          ...packages.map((name) => ({
            group: [name, `${name}/**`],
            message,
            allowTypeImports: name.startsWith('@tensorflow')
          }))
        ]
      }
    ]
  }
})

const tensorflow = '@tensorflow/**'
// Where a part of a layer has a rule more, it has the layer's as well: of two rules for one file the later one counts.
const ml = {
  folders: ['main', 'preload', 'renderer', 'cli'],
  packages: ['electron', 'svelte', 'uplot', tensorflow],
  message: 'ml runs without Electron, and only ml/engine/tensorflow.ts imports tfjs-node (types are free).'
}
const renderer = {
  folders: ['ml', 'main', 'preload', 'cli'],
  packages: ['electron', tensorflow, 'node:*'],
  message: 'The page speaks through renderer/client.ts and the contract.'
}

const noWayOut = [
  {
    selector: 'MemberExpression[property.name=/^(openExternal|openPath|executeJavaScript|sendSync)$/]',
    message: 'Nothing is opened outside, no code is made of text, and the page never waits for main: docs/security.md.'
  },
  {
    selector:
      "ImportDeclaration[source.value='electron'] ImportSpecifier[imported.name=/^(shell|net|desktopCapturer|BrowserView|WebContentsView)$/]",
    message: 'The program opens no other program and speaks to no network: docs/security.md.'
  },
  {
    selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
    message: 'HTML is made by Svelte alone; text goes into textContent: docs/security.md.'
  }
]

const writing = '/^((writeFile|appendFile|copyFile|cp|truncate|ftruncate|write|writev)(Sync)?|createWriteStream)$/'
const ofFileSystem = '[source.value=/^(node:)?fs(.promises)?$/]'
/** Imported, called, taken out of the module, or a file opened to be written. */
const noOtherWrites = [
  `ImportDeclaration${ofFileSystem} ImportSpecifier[imported.name=${writing}]`,
  `ExportNamedDeclaration${ofFileSystem} ExportSpecifier[local.name=${writing}]`,
  `MemberExpression[property.name=/^((writeFile|appendFile|copyFile)(Sync)?|createWriteStream)$/]`,
  `ObjectPattern > Property[key.name=/^((writeFile|appendFile|copyFile)(Sync)?|createWriteStream)$/]`,
  'CallExpression[callee.name=/^open(Sync)?$/][arguments.1.value=/[wa+]/]',
  'CallExpression[callee.property.name=/^open(Sync)?$/][arguments.1.value=/[wa+]/]'
].map((selector) => ({
  selector,
  message: 'Every file goes through ml/library/safe-write.ts: a cut or full disk must not cost the old file.'
}))

const mayWrite = [
  // The safe ways themselves: a whole file in ml, a whole file in main, which may not import ml, lines at an end.
  'src/ml/library/safe-write.ts',
  'src/main/json-store.ts',
  'src/ml/library/append-lines.ts',
  // A file that is there or not, and holds nothing that could be lost.
  'src/ml/library/run-owner.ts',
  'src/main/user-folder.ts',
  // A line of the log may be lost; nothing reads it.
  'src/main/log.ts',
  // What has arrived of a download is held to its hash before it is used, and goes on after a cut.
  'src/ml/gpu-library/download.ts',
  // Rows that this process alone reads, in a file that goes with it.
  'src/ml/signals/column-file.ts',
  // Tests damage files on purpose.
  'src/**/*.testing.ts',
  'src/ml/testing/**'
]

export default ts.config(
  { ignores: ['out/', 'dist/', 'node_modules/', 'test-results/', 'playwright-report/', '.cache/', 'siglab-out/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.node } } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: { ...globals.browser },
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig }
    }
  },
  {
    files: ['src/**/*.{ts,svelte}'],
    rules: {
      'no-restricted-syntax': ['error', ...noWayOut, ...noOtherWrites],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }]
    }
  },
  { files: mayWrite, rules: { 'no-restricted-syntax': ['error', ...noWayOut] } },
  { files: ['**/*.test.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['scripts/default_app/**', 'scripts/package/icon-canvas/**', 'e2e/*.cjs'],
    languageOptions: { sourceType: 'commonjs' },
    rules: { '@typescript-eslint/no-require-imports': 'off' }
  },
  layer('core', {
    folders: ['contract', 'ml', 'main', 'preload', 'renderer', 'cli'],
    packages: ['electron', tensorflow, 'node:*', 'svelte', 'uplot'],
    message: 'core is pure: no Electron, TensorFlow, Node or DOM, and nothing of ours but core.'
  }),
  layer('contract', {
    folders: ['ml', 'main', 'preload', 'renderer', 'cli'],
    packages: ['electron', tensorflow, 'node:*', 'svelte', 'uplot'],
    message: 'contract may import core and the schema library only.'
  }),
  layer('ml', {
    ...ml,
    packages: [...ml.packages, 'bullmq', 'ioredis'],
    message: `${ml.message} Only ml/studies/queue speaks to Redis.`
  }),
  layer('ml', { ...ml, files: ['src/ml/studies/queue/**/*.ts'] }),
  {
    files: ['src/ml/engine/tensorflow.ts'],
    rules: { 'no-restricted-imports': 'off', '@typescript-eslint/no-require-imports': 'off' }
  },
  layer('main', {
    folders: ['ml', 'renderer', 'cli'],
    packages: [tensorflow, 'svelte', 'uplot'],
    message: 'main hosts: it forks ml/process by path and never imports it.'
  }),
  layer('preload', {
    folders: ['ml', 'main', 'renderer', 'cli'],
    packages: [tensorflow, 'node:*', 'svelte', 'uplot'],
    message: 'preload is one small bridge: Electron and contract types.'
  }),
  layer('renderer', renderer),
  layer('renderer', {
    ...renderer,
    files: ['src/renderer/{panels,controls,state,training,compare,layouts}/**/*.{ts,svelte}'],
    packages: [...renderer.packages, 'uplot'],
    message: `${renderer.message} Only renderer/scope and renderer/charts draw with uPlot.`
  }),
  layer('cli', {
    folders: ['main', 'preload', 'renderer'],
    packages: ['electron', tensorflow, 'svelte', 'uplot'],
    message: 'The command line is ml without a window.'
  })
)
