/**
 * For the crash tests alone. LOUCLOUD_FAULT names a step: right after it took effect the process kills itself, or, with
 * `=error` behind the name, the step fails.
 */
const point = process.env['LOUCLOUD_FAULT'];

export function fault(name: string): void {
  if (point === name) process.kill(process.pid, 'SIGKILL');
  if (point === `${name}=error`) throw new Error(`fault injected after ${name}`);
}
