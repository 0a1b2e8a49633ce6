import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compress } from './compress.ts';
import { contract } from './contract.ts';
import { preloadFont } from './preload-font.ts';
import { purgeTabler } from './purge-tabler.ts';

const controlPlane = process.env['LOUCLOUD_CONTROL_PLANE'] ?? 'http://127.0.0.1:8080';
/** New enough for `light-dark()`: lightningcss's replacement for it breaks the dark side bar of a light page. */
const browsers = ['chrome125', 'firefox128', 'safari17.5'];

export default defineConfig({
  base: '/',
  plugins: [react(), contract(), preloadFont(), purgeTabler(), compress()],
  build: {
    target: browsers,
    cssTarget: browsers,
    // A data: URL would need its own permission in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // Changes less often than we do: after an upgrade a browser still has it.
            {
              name: 'libraries',
              test: /node_modules\/(react|react-dom|react-router|scheduler|@tanstack)\//,
              priority: 3,
            },
            // A browser asks for six files at a time (HTTP/1.1): few are there sooner than many small ones.
            // What the first page needs; what several pages need; the rest comes with its page.
            { name: 'console', tags: ['$initial'], priority: 2 },
            { name: 'shared', minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    // The control plane knows one origin, its own.
    proxy: { '/api': { target: controlPlane, ws: true, headers: { origin: controlPlane } } },
  },
});
