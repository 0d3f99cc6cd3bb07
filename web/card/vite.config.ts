import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { precompress } from '../precompress.ts';

const dist = resolve(import.meta.dirname, '../../dist/web/card');

/**
 * One script for other applications' pages. It is a classic script, because a module of another origin is loaded only
 * under CORS. It holds everything, because its address is the only one that stays. Preact takes React's place: the host's page
 * should not have to load a second React of a version that is not its own.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  plugins: [precompress(dist)],
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  resolve: {
    alias: {
      'react-dom/client': 'preact/compat/client',
      'react/jsx-runtime': 'preact/jsx-runtime',
      'react-dom': 'preact/compat',
      react: 'preact/compat',
    },
  },
  build: {
    outDir: dist,
    // While it watches, the former card is there until the next is finished.
    emptyOutDir: !process.argv.includes('--watch'),
    target: 'es2022',
    // Written down for older browsers, light-dark() would need a color-scheme of the card's own; the card has the host page's.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    lib: {
      entry: resolve(import.meta.dirname, 'main.ts'),
      formats: ['iife'],
      name: 'BillingAdminsCard',
      fileName: () => 'billing-admins-card.js',
    },
    reportCompressedSize: false,
  },
});
