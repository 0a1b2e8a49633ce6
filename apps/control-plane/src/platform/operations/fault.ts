/**
 * For the crash tests alone. LOUCLOUD_FAULT names points, several with commas between; there the process kills itself:
 * `TYPE.STEP.begin` when the step is recorded as begun and has done nothing, `TYPE.STEP` or `TYPE.STEP.undo` when it or its
 * undoing took effect and that is not recorded, `TYPE.end` when nothing is left but to end the operation. With `=error`
 * behind the name the step fails instead, and with `=twice` it is done once more. `@FILE` reads the points from a file each
 * time, and a point that was met is struck out there, so that the next run does not meet it.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const points = process.env['LOUCLOUD_FAULT'] ?? '';

/** `repeat` does again what was just done. */
export async function fault(name: string, repeat?: () => Promise<void>): Promise<void> {
  if (points === '') return;
  if (repeat && take(`${name}=twice`)) await repeat();
  if (take(`${name}=error`)) throw new Error(`fault injected after ${name}`);
  if (take(name)) process.kill(process.pid, 'SIGKILL');
}

function take(point: string): boolean {
  const file = points.startsWith('@') ? points.slice(1) : null;
  const armed = (file === null ? points : readFileSync(file, 'utf8')).split(',');
  if (!armed.includes(point)) return false;
  if (file !== null) writeFileSync(file, armed.filter((one) => one !== point).join(','));
  return true;
}
