import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { compress } from './compress.ts';
import { purgeTabler } from './purge-tabler.ts';

const controlPlane = process.env['LOUCLOUD_CONTROL_PLANE'] ?? 'http://127.0.0.1:8080';
/** New enough for `light-dark()`: lightningcss's replacement for it breaks the dark side bar of a light page. */
const browsers = ['chrome125', 'firefox128', 'safari17.5'];

export default defineConfig({
  base: '/',
  plugins: [react(), purgeTabler(), compress()],
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
              priority: 2,
            },
            // Else each icon that two pages share is a file of its own.
            { name: 'icons', test: /@tabler\/icons-react\//, minShareCount: 3, priority: 1 },
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
