import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../machine.ts';
import type { FileRun } from './runner.ts';

const REAL_TIMEOUT_MS = 15 * 60_000;

/**
 * A real test may say in a line of its own what it needs: `// box: --host-net` and `// timeout: 40 min`. It has the last
 * word: `// box: --kvm` keeps a KVM that `everyBox` goes without.
 */
export function boxFor(
  file: string,
  everyBox: readonly string[] = [],
): Pick<FileRun, 'prefix' | 'timeoutMs'> {
  const source = readFileSync(join(root, file), 'utf8');
  const options = /^\/\/ box: (.+)$/m.exec(source)?.[1]?.split(' ') ?? [];
  const minutes = /^\/\/ timeout: (\d+) min$/m.exec(source)?.[1];
  return {
    prefix: [join(root, 'tools/box'), ...everyBox, ...options],
    timeoutMs: minutes === undefined ? REAL_TIMEOUT_MS : Number(minutes) * 60_000,
  };
}
