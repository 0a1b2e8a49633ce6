/** Checking a server, and adding one that passes. */
import type { HostCheck } from '@loucloud/api';
import type { Database, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { EventLog } from '../../platform/events/event-log.ts';
import type { Hypervisor } from '../../platform/hypervisor.ts';
import { type StepContext, operation } from '../../platform/operations/operation.ts';
import { type NewHost, hostStore } from './host-store.ts';

export interface CheckInput {
  readonly uri: string;
  readonly poolName: string;
  /** Of the pool already: what the checks find is kept. null: only looked at. */
  readonly host: { readonly id: string; readonly name: string } | null;
}

interface Deps {
  readonly database: Database;
  readonly events: EventLog;
  readonly hypervisor: Hypervisor;
}

const CHECK_TIMEOUT_MS = 120_000;

export type HostOperations = ReturnType<typeof hostOperations>;

export function hostOperations({ database, events, hypervisor }: Deps) {
  async function check({ uri, poolName }: { uri: string; poolName: string }, { report }: StepContext) {
    const networks = await hostStore.registeredNetworks(database.db);
    const seen: HostCheck[] = [];
    let reported = Promise.resolve();
    const outcome = await hypervisor.check({ uri, poolName, networks }, (found) => {
      seen.push(found);
      const checks = [...seen];
      reported = reported.then(() => report({ checks }));
    });
    await reported;
    await report({ checks: outcome.checks });
    const failed = outcome.checks
      .filter(({ outcome: verdict }) => verdict === 'failed')
      .map(({ name }) => name);
    return { ...outcome, failed };
  }

  const add = operation<NewHost>({
    type: 'host.add',
    onRestart: 'undo',
    steps: [
      {
        name: 'check',
        timeoutMs: CHECK_TIMEOUT_MS,
        async run(host, context) {
          const { checks, facts, accelerator, failed } = await check(host, context);
          if (failed.length > 0 || !facts) throw new UserError('host_check_failed', { checks: failed });
          await database.transact(async (tx) => {
            if (!(await hostStore.insertOnce(tx, host, Date.now()))) return;
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
        run: ({ id, uri, poolName }) => Promise.resolve(hypervisor.join({ hostId: id, uri, poolName })),
        undo: ({ id }) => hypervisor.leave(id),
      },
    ],
    async finish(tx: Tx, { id, name }, outcome) {
      if (outcome.state !== 'done') return;
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
          const { checks, facts, accelerator, failed } = await check(input, context);
          const { host } = input;
          if (host) {
            await database.transact(async (tx) => {
              // An accelerator that could not be tried is not one that does not work.
              if (facts) await hostStore.setChecks(tx, host.id, checks, accelerator);
              if (facts) await hostStore.setFacts(tx, host.id, facts);
              const object = { kind: 'host', ...host } as const;
              await events.record(tx, { type: 'host.updated', actor: null, object, ownerId: null });
            });
          }
          if (failed.length > 0) throw new UserError('host_check_failed', { checks: failed });
        },
      },
    ],
  });

  return { add, recheck };
}
