/** Asks for the Latin font with the scripts, not once text is there: else that is first seen in another font, and moves. */
import type { Plugin } from 'vite';
import { FIRST_FONT } from './size.ts';

export const preloadFont = (): Plugin => ({
  name: 'preload-font',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle = {} }) =>
      Object.keys(bundle)
        .filter((path) => FIRST_FONT.test(path))
        .map((path) => ({
          tag: 'link',
          attrs: { rel: 'preload', href: `/${path}`, as: 'font', type: 'font/woff2', crossorigin: '' },
        })),
  },
});
