/**
 * What becomes of a class whose time is over: its VMs are shut down, and half an hour later put into the recycle bin, out
 * of which their owners can have them back. Where there is no bin, and what is protected, stays where it is, switched off.
 */
import type { Database } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import { type MemberRecord, classMemberStore } from './class-member-store.ts';
import type { VmsOfClass } from './class-parts.ts';
import type { ClassService } from './class-service.ts';
import { type ClassRecord, classStore } from './class-store.ts';

interface Deps {
  readonly database: Database;
  readonly classes: Pick<ClassService, 'record'>;
  readonly vms: Pick<VmsOfClass, 'act' | 'remove' | 'hasBin'>;
}

/** For guests to shut down by themselves. */
const GRACE_MS = 30 * 60_000;

type End = 'binned' | 'kept' | 'busy';
type Vm = NonNullable<MemberRecord['vm']>;

export function classExpiry({ database, classes, vms }: Deps) {
  const vmsOf = async (classId: string): Promise<Vm[]> =>
    (await classMemberStore.list(database.db, classId)).flatMap(({ vm }) => vm ?? []);

  /** Null: it is so. What is refused is tried again by the next round, and put away in the end. */
  async function turnOff(verb: 'shutdown' | 'powerOff', { id, state }: Vm): Promise<string | null> {
    if (state !== 'running' && (verb === 'shutdown' || state !== 'paused')) return null;
    try {
      return await database.transact((tx) => vms.act(tx, verb, id, null));
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  async function putAway(vm: Vm, hasBin: boolean): Promise<End> {
    try {
      if (hasBin) {
        await vms.remove(vm.id, null);
        return 'binned';
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      if (error.code === 'operation_in_progress') return 'busy';
      if (error.code === 'not_found') return 'binned';
    }
    await turnOff('powerOff', vm);
    return 'kept';
  }

  async function expire(found: ClassRecord, now: number): Promise<void> {
    const hasBin = await vms.hasBin();
    const ends: End[] = [];
    for (const vm of await vmsOf(found.id)) ends.push(await putAway(vm, hasBin));
    // Somebody's operation holds one: the next round finds it free.
    if (ends.includes('busy')) return;
    const count = (end: End) => ends.filter((one) => one === end).length;
    await database.transact(async (tx) => {
      if (!(await classStore.markExpired(tx, found.id, now))) return;
      const details = { recycled: count('binned'), kept: count('kept') };
      await classes.record(tx, 'class.expired', found, null, details);
    });
  }

  return {
    /** Now and then, by one control plane. */
    async run(now = Date.now()): Promise<void> {
      for (const found of await classStore.due(database.db, now)) {
        if (now >= (found.expiresAt ?? now) + GRACE_MS) await expire(found, now);
        else for (const vm of await vmsOf(found.id)) await turnOff('shutdown', vm);
      }
    },
  };
}
