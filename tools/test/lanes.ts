/** What runs beside what: two at once, and a third of those that mostly wait. The longest begin first. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../machine.ts';

export interface Job {
  readonly run: () => Promise<void>;
  /** It leaves the processors to others for most of its time. */
  readonly mostlyWaits?: boolean;
}

/** Those of minutes. What begins last is short, so that the lanes end together. */
export const LONGEST: readonly string[] = [
  'e2e/page-states.real.test.ts',
  'bench/all.real.test.ts',
  'e2e/screenshots.real.test.ts',
  'e2e/operations.real.test.ts',
  'e2e/keyboard/every-task.real.test.ts',
];

/** Then the real ones, then the others. */
export function inOrder(files: readonly string[]): string[] {
  const rank = (file: string): number => {
    const place = LONGEST.indexOf(file);
    if (place >= 0) return place;
    return LONGEST.length + (file.endsWith('.real.test.ts') ? 0 : 1);
  };
  return files.toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** A test file says so itself, in a line of its own. */
export const mostlyWaits = (file: string): boolean =>
  /^\/\/ mostly waits$/m.test(readFileSync(join(root, file), 'utf8'));

/** All of them, taken up in their order. */
export async function runInLanes(jobs: readonly Job[]): Promise<void> {
  const left = [...jobs];
  const lane = async (takes: (job: Job) => boolean): Promise<void> => {
    for (;;) {
      const index = left.findIndex(takes);
      const [job] = index < 0 ? [] : left.splice(index, 1);
      if (!job) return;
      await job.run();
    }
  };
  const any = (): boolean => true;
  await Promise.all([lane(any), lane(any), lane((job) => job.mostlyWaits === true)]);
}
