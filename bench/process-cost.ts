/** What a process takes, as Linux counts it. */
import { readFileSync } from 'node:fs';

const MIB = 2 ** 20;
/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

export function memoryMib(pid: number, field: 'Rss' | 'Pss'): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(rollup)?.[1];
  return (Number(kib) * 1024) / MIB;
}

/** Since it began, of all its threads. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
