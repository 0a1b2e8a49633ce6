/** What a browser loads before it shows the first page, compressed. */
import { firstPageFiles } from '../apps/console/size.ts';
import { type Bench, figure } from './bench.ts';

export const page: Bench = {
  name: 'page',
  what: 'the console’s first page: HTML, scripts, styles and font, gzip',
  target: { total: { atMost: 250 } },
  run() {
    const total = firstPageFiles().reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);
    return Promise.resolve({ total: figure([total / 1000], 'kB') });
  },
};
