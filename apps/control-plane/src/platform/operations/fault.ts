/** For the crash tests alone: the process kills itself right after the step that LOUCLOUD_FAULT names took effect. */
const point = process.env['LOUCLOUD_FAULT'];

export function fault(name: string): void {
  if (point === name) process.kill(process.pid, 'SIGKILL');
}
