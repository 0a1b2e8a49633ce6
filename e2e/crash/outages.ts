/** What may break beside LouCloud, and how it comes back. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { POOL, virsh } from '../agreement.ts';
import type { Stage } from '../operations/stage.ts';
import { waitFor } from '../world.ts';

export interface Outage {
  readonly name: string;
  readonly begin: (stage: Stage) => Promise<void>;
  readonly end: (stage: Stage) => Promise<void>;
  /** Nothing that was asked for may fail by it. */
  readonly isHarmless?: boolean;
}

const PID_FILE = '/run/libvirt/libvirtd.pid';
/** The disk that the pool's folder is on: in memory, so that it can be full from one moment to the next. */
const DISK = '/run/disk';
const SIZE = '64g';
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const HOUR_S = 3600;
const CLOCK_TOLERANCE_MS = 60_000;

const run = (program: string, ...argv: readonly string[]): void => void execFileSync(program, argv);

export function mountPool(): void {
  for (const folder of [DISK, POOL]) mkdirSync(folder, { recursive: true });
  run('mount', '-t', 'tmpfs', '-o', `size=${SIZE},mode=711`, 'tmpfs', DISK);
  run('mount', '--bind', DISK, POOL);
}

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

async function killLibvirtd(): Promise<void> {
  const pid = Number(readFileSync(PID_FILE, 'utf8'));
  process.kill(pid, 'SIGKILL');
  await waitFor('libvirtd is gone', async () => !isAlive(pid));
}

/** As the box starts it; it ends with the box. */
async function startLibvirtd(): Promise<void> {
  rmSync(PID_FILE, { force: true });
  spawn('libvirtd', ['--pid-file', PID_FILE], { stdio: 'ignore', detached: true }).unref();
  await waitFor('libvirtd answers', async () => succeeds(() => virsh('list')));
}

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

const isUnreachable = async (stage: Stage): Promise<boolean> =>
  (await stage.call('hostGet', { params: { hostId: stage.hostId } })).health === 'unreachable';

const clockOf = (stage: Stage): string => join(stage.world.dataDir, 'clock');

/** From here on its process has the time that the file says; libfaketime reads it at each look at the clock. */
export async function startWithOwnClock(stage: Stage): Promise<void> {
  await stage.world.stop();
  writeFileSync(clockOf(stage), '+0\n');
  await stage.armed.start({
    LD_PRELOAD: FAKETIME,
    FAKETIME_TIMESTAMP_FILE: clockOf(stage),
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1', // as on a machine whose clock is set: only the wall clock moves
  });
}

const clock = (name: string, seconds: number): Outage => ({
  name,
  begin: async (stage) => writeFileSync(clockOf(stage), `${seconds < 0 ? '-' : '+'}${Math.abs(seconds)}\n`),
  async end(stage) {
    // It is so: LouCloud's own time is that far from ours.
    await waitFor('it has that time', async () => {
      const { headers } = await fetch(`${stage.world.url}/readyz`);
      const offMs = Date.parse(headers.get('date') ?? '') - Date.now() - seconds * 1000;
      return Math.abs(offMs) < CLOCK_TOLERANCE_MS;
    });
  },
  isHarmless: true,
});

export const outages: readonly Outage[] = [
  { name: 'libvirtd is killed, and is back at once', begin: killLibvirtd, end: startLibvirtd },
  {
    name: 'libvirtd is killed, and is back when LouCloud has seen it',
    async begin(stage) {
      await killLibvirtd();
      await waitFor('it is seen', () => isUnreachable(stage));
    },
    end: startLibvirtd,
  },
  {
    name: 'libvirtd and LouCloud are killed together',
    async begin(stage) {
      await killLibvirtd();
      await stage.world.kill();
    },
    async end(stage) {
      await startLibvirtd();
      await stage.risen();
    },
  },
  {
    name: 'the disk is full',
    async begin() {
      const { blocks, bfree, bsize } = statfsSync(DISK);
      run('mount', '-o', `remount,size=${(blocks - bfree) * bsize}`, DISK);
    },
    end: async () => run('mount', '-o', `remount,size=${SIZE}`, DISK),
  },
  {
    name: 'the pool is stopped',
    // libvirt refuses it in the middle of what is done to a volume.
    async begin() {
      await waitFor('libvirt lets it go', async () => succeeds(() => virsh('pool-destroy', 'loucloud')));
    },
    // LouCloud may be quicker: it starts a pool that it needs.
    async end() {
      if (!succeeds(() => virsh('pool-start', 'loucloud'))) assert.match(virsh('pool-list'), /loucloud/);
    },
  },
  {
    name: 'the pool’s folder disappears',
    async begin() {
      run('umount', '--lazy', POOL);
      rmdirSync(POOL);
    },
    async end() {
      mkdirSync(POOL, { recursive: true });
      run('mount', '--bind', DISK, POOL);
    },
  },
];

export const clocks: readonly Outage[] = [
  clock('the clock goes forward an hour', HOUR_S),
  clock('the clock goes back two hours', -HOUR_S),
  clock('the clock is right again', 0),
];
