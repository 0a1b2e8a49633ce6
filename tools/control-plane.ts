/** How the control plane is started, wherever it is: `npm start`, the tests, the benches. */
import { join } from 'node:path';
import { root } from './machine.ts';

const MAIN = join(root, 'apps/control-plane/src/main.ts');

/**
 * A small nursery, and no more than as much again as is alive: what it allocates is short-lived, and by default the heap
 * grows to several times of that before anything is thrown away (decision 29). One helper thread for V8: the work is
 * waiting, not computing.
 */
const NODE_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=100', '--v8-pool-size=1'];

/** argv[0] is the program. */
export const controlPlaneCommand = (...command: readonly string[]): string[] => [
  process.execPath,
  ...NODE_FLAGS,
  MAIN,
  ...command,
];

/** From the second start on, what Node compiled is read instead of made anew: quicker, and less memory. */
export const controlPlaneEnvironment = (dataDir: string): Readonly<Record<string, string>> => ({
  NODE_COMPILE_CACHE: join(dataDir, 'compile-cache'),
  // glibc keeps freed memory per thread; two such stores are enough.
  MALLOC_ARENA_MAX: '2',
});
