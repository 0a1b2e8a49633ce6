/** The processes of a host, by their numbers here. A process that ends while it is looked at is no error. */
import { readFile, readdir, readlink } from 'node:fs/promises';

export interface HostProcess {
  readonly pid: number;
  /** Its program's name, cut at 15 characters. */
  readonly name: string;
}

/** All that live beside `initPid`, without itself. */
export async function processesBeside(initPid: number): Promise<readonly HostProcess[]> {
  const namespace = await readlink(`/proc/${initPid}/ns/pid`);
  const found: HostProcess[] = [];
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === initPid) continue;
    try {
      if ((await readlink(`/proc/${pid}/ns/pid`)) !== namespace) continue;
      found.push({ pid, name: (await readFile(`/proc/${pid}/comm`, 'utf8')).trim() });
    } catch (error) {
      if (!hasEnded(error)) throw error;
    }
  }
  return found;
}

export function signal(processes: readonly HostProcess[], name: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (!hasEnded(error)) throw error;
    }
  }
}

export async function childrenOf(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

const hasEnded = (error: unknown): boolean =>
  ['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '');
