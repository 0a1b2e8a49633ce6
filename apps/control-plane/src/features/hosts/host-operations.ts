/** Checking a server, and adding one that passes. */
import type { HostCheck } from '@loucloud/api';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { CheckOutcome, Hypervisor } from '../../platform/hypervisor.ts';
import { type StepContext, operation } from '../../platform/operations/operation.ts';
import type { HostAccesses, Reached } from './host-access.ts';
import { type NewHost, hostStore } from './host-store.ts';

/** A host, or what may become one under this id. */
interface Target extends Reached {
  readonly uri: string;
  readonly poolName: string;
}

export type AddInput = NewHost & Target;

export interface CheckInput extends Target {
  /** Of the pool already: what the checks find is kept. null: only looked at. */
  readonly host: { readonly id: string; readonly name: string } | null;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly hypervisor: Hypervisor;
  readonly access: HostAccesses;
}

const CHECK_TIMEOUT_MS = 120_000;

export type HostOperations = ReturnType<typeof hostOperations>;

export function hostOperations({ database, events, hypervisor, access }: Deps) {
  /** Reports each check as it is made. Throws what keeps the server out, after `found` has had the outcome. */
  async function check(
    target: Target,
    { report }: StepContext,
    found: (outcome: CheckOutcome) => Promise<void> = async () => {},
  ): Promise<CheckOutcome> {
    const { id, uri, poolName } = target;
    const networks = await hostStore.registeredNetworks(database.db);
    const seen: HostCheck[] = [];
    let reported = Promise.resolve();
    const wanted = { uri, poolName, networks, access: await access.of(target) };
    const outcome = await hypervisor.check(wanted, (made) => {
      seen.push(made);
      const checks = [...seen];
      reported = reported.then(() => report({ checks }));
    });
    await reported;
    await report({ checks: outcome.checks });
    await refuseSecond(id, outcome);
    await found(outcome);
    refuseFailed(outcome.checks);
    return outcome;
  }

  /** One machine in the pool twice would be reserved twice over. */
  async function refuseSecond(id: string, { hostUuid }: CheckOutcome): Promise<void> {
    const other = hostUuid === null ? null : await hostStore.findBy(database.db, 'host_uuid', hostUuid);
    if (other && other.id !== id)
      throw new UserError('host_already_added', { name: other.name, uri: other.uri });
  }

  const add = operation<AddInput>({
    type: 'host.add',
    onRestart: 'undo',
    steps: [
      {
        name: 'check',
        timeoutMs: CHECK_TIMEOUT_MS,
        async run(host, context) {
          const outcome = await check(host, context);
          const { checks, facts, accelerator } = outcome;
          if (!facts) throw new UserError('host_check_failed', { checks: [] });
          await database.transact(async (tx) => {
            if (!(await hostStore.insertOnce(tx, host, outcome, Date.now()))) return;
            await hostStore.setFacts(tx, host.id, facts);
            await hostStore.setChecks(tx, host.id, checks, accelerator);
            // It answered every check just now; from here on its link tells.
            await hostStore.setHealth(tx, host.id, 'healthy', null);
          });
        },
        undo: ({ id }) => database.transact((tx) => hostStore.remove(tx, id)),
      },
      {
        name: 'join',
        timeoutMs: CHECK_TIMEOUT_MS,
        async run(host) {
          const { id: hostId, uri, poolName } = host;
          hypervisor.join({ hostId, uri, poolName, access: await access.of(host) });
        },
        undo: ({ id }) => hypervisor.leave(id),
      },
    ],
    async finish(tx: Tx, { id, name }, outcome) {
      if (outcome.state !== 'done') return access.forget(tx, id);
      await events.record(tx, {
        type: 'host.added',
        actor: null,
        object: { kind: 'host', id, name },
        ownerId: null,
      });
    },
  });

  const recheck = operation<CheckInput>({
    type: 'host.check',
    onRestart: 'undo',
    steps: [
      {
        name: 'check',
        timeoutMs: CHECK_TIMEOUT_MS,
        async run(input, context) {
          const { host } = input;
          await check(input, context, async ({ facts, checks, accelerator }) => {
            // Of a server that cannot be reached nothing new is known.
            if (!host || !facts) return;
            await database.transact(async (tx) => {
              await hostStore.setChecks(tx, host.id, checks, accelerator);
              await hostStore.setFacts(tx, host.id, facts);
              const object = { kind: 'host', ...host } as const;
              await events.record(tx, { type: 'host.updated', actor: null, object, ownerId: null });
            });
          });
          // What kept it out may have been put right on the server, which nobody tells us of.
          if (host) hypervisor.tryNow(host.id);
        },
      },
    ],
    async finish(tx: Tx, { id, host }) {
      if (!host) await access.forget(tx, id);
    },
  });

  return { add, recheck };
}

function refuseFailed(checks: readonly HostCheck[]): void {
  const unconfirmed = checks.find(({ code }) => code === 'host_key_unconfirmed');
  if (unconfirmed) throw new UserError('host_key_unconfirmed', unconfirmed.details);
  const failed = checks.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);
  if (failed.length > 0) throw new UserError('host_check_failed', { checks: failed });
}
