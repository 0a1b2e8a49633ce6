/** Plays a scenario: does each step, and waits until what it says is so. */
import assert from 'node:assert/strict';
import { ApiError, type Client, type Host, type Vm } from '@loucloud/api';
import { finished, waitFor } from '../e2e/world.ts';
import { Cloud } from './cloud.ts';
import { drift } from './drift.ts';
import type { FleetHost } from './fleet-host.ts';
import { askForEveryPage } from './pages.ts';
import type { Group, Scenario, Step } from './scenario.ts';
import { becomesTrue } from './truth.ts';

/** What the hosts do has to be known so soon. */
const KNOWN_WITHIN_MS = 20_000;
/** In between an operation may ask a host, or a host that differs be asked again. */
const PAGE_ROUNDS = 5;

const HOSTS = 4;

interface Asked {
  readonly name: string;
  readonly hostName: string;
  readonly vmId: string;
  readonly operationId: string;
}

export async function play(scenario: Scenario): Promise<void> {
  await using cloud = await Cloud.open({ hosts: scenario.hosts ?? HOSTS });
  const run = new ScenarioRun(cloud);
  if (scenario.vmsPerHost > 0) {
    await run.take({ do: 'create', name: 'vm', perHost: scenario.vmsPerHost, on: 'all' });
    await run.take({ do: 'created', name: 'vm', state: 'done' });
    await run.take({ do: 'vms', state: 'running', on: 'all' });
  }
  await run.begin();
  for (const [index, step] of scenario.steps.entries()) {
    try {
      await run.take(step);
    } catch (cause) {
      throw new Error(`step ${index + 1}, ${JSON.stringify(step)}: ${(cause as Error).message}`, { cause });
    }
  }
}

class ScenarioRun {
  readonly #cloud: Cloud;
  readonly #call: Client;
  readonly #asked: Asked[] = [];
  readonly #refused: { readonly name: string; readonly code: string }[] = [];
  #firstSeq = 0;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
    this.#call = cloud.admin.call;
  }

  /** What the event log is to have counts from here. */
  async begin(): Promise<void> {
    const [last] = (await this.#call('auditList', { query: { limit: 1, sort: '-seq' } })).items;
    this.#firstSeq = last?.seq ?? 0;
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'inject':
        return this.#each(step.on, (host) => host.inject(step.fault));
      case 'lift':
        return this.#each(step.on, (host) => host.lift());
      case 'restart libvirtd':
        return this.#each(step.on, async (host) => host.drop());
      case 'reinstall':
        return this.#each(step.on, (host) => host.reinstall());
      case 'drift':
        return this.#each(step.on, async (host) => drift(host, step.change, await this.#vmsOn(host)));
      case 'create':
        return this.#create(step);
      case 'created':
        return this.#created(step);
      case 'act':
        return this.#act(step);
      case 'called':
        return this.#called(step);
      case 'asks in vain':
        return this.#asksInVain(step);
      case 'waits':
        return this.#waits(step);
      case 'health':
        return this.#health(step);
      case 'vms':
        return this.#vms(step);
      case 'pages':
        return this.#pages();
      case 'truth':
        return becomesTrue(this.#call, this.#cloud);
      case 'events':
        return this.#events(step);
    }
  }

  #group(group: Group): readonly FleetHost[] {
    const { hosts } = this.#cloud.fleet;
    const middle = Math.ceil(hosts.length / 2);
    const [from, to] = {
      all: [0, hosts.length],
      half: [0, middle],
      rest: [middle, hosts.length],
      first: [0, 1],
      second: [1, 2],
    }[group];
    return hosts.slice(from, to);
  }

  async #each(group: Group, work: (host: FleetHost) => Promise<void>): Promise<void> {
    await Promise.all(this.#group(group).map(work));
  }

  #known(host: FleetHost) {
    const known = this.#cloud.hosts.get(host.name);
    assert.ok(known);
    return known;
  }

  async #vmsOn(host: FleetHost): Promise<Vm[]> {
    const { items } = await this.#call('vmList', { query: { hostId: this.#known(host).id, limit: 200 } });
    return items;
  }

  async #create({ name, perHost, on }: Extract<Step, { do: 'create' }>): Promise<void> {
    await this.#each(on, async (host) => {
      const { templateId } = this.#known(host);
      for (let number = 1; number <= perHost; number++) {
        try {
          const body = { name: `${name}-${host.name}-${number}`, templateId };
          const { items } = await this.#call('vmCreate', { body });
          for (const { vmId, operationId } of items)
            this.#asked.push({ name, hostName: host.name, vmId, operationId });
        } catch (error) {
          this.#refuse(name, error);
        }
      }
    });
  }

  #refuse(name: string, error: unknown): void {
    if (!(error instanceof ApiError)) throw error;
    this.#refused.push({ name, code: error.code });
  }

  async #created({ name, state, error, on = 'all' }: Extract<Step, { do: 'created' }>): Promise<void> {
    const there = new Set(this.#group(on).map((host) => host.name));
    const asked = this.#asked.filter((one) => one.name === name && there.has(one.hostName));
    const refused = this.#refused.filter((one) => one.name === name);
    assert.ok(asked.length + refused.length > 0, 'nothing was asked for');
    if (state === 'refused') return assert.deepEqual([asked.length, codesOf(refused)], [0, [error]]);
    assert.deepEqual(refused, []);
    for (const { operationId } of asked) {
      const operation = await finished(this.#call, operationId, state);
      if (error !== undefined) assert.equal(operation.error?.code, error);
    }
  }

  async #act({ verb, on, state = 'done', error }: Extract<Step, { do: 'act' }>): Promise<void> {
    await this.#each(on, async (host) => {
      for (const { id: vmId } of await this.#vmsOn(host)) {
        const asked = await this.#call(verb, { params: { vmId } }).catch((refusal: unknown) => {
          if (!(refusal instanceof ApiError) || state !== 'refused') throw refusal;
          if (error !== undefined) assert.equal(refusal.code, error);
          return null;
        });
        if (!asked) continue;
        assert.notEqual(state, 'refused');
        if (state !== 'refused') await finished(this.#call, asked.operationId, state);
      }
    });
  }

  async #asksInVain({ on }: Extract<Step, { do: 'asks in vain' }>): Promise<void> {
    const isRefused = (error: unknown) => error instanceof ApiError && error.code === 'host_unreachable';
    await this.#each(on, async (host) => {
      const hostId = this.#known(host).id;
      const [vm] = await this.#vmsOn(host);
      assert.ok(vm);
      await assert.rejects(this.#call('hostForeignDomains', { params: { hostId } }), isRefused);
      const params = { hostId, domainId: vm.id };
      await assert.rejects(this.#call('foreignDomainGet', { params }), isRefused);
      await assert.rejects(this.#call('vmXml', { params: { vmId: vm.id } }), isRefused);
    });
  }

  async #waits({ name }: Extract<Step, { do: 'waits' }>): Promise<void> {
    for (const { hostName, operationId } of this.#asked.filter((one) => one.name === name)) {
      await waitFor(
        `the operation says that it waits for ${hostName}`,
        async () => (await this.#call('operationGet', { params: { operationId } })).waitingFor === hostName,
        KNOWN_WITHIN_MS,
      );
    }
  }

  async #called({ procedure, on }: Extract<Step, { do: 'called' }>): Promise<void> {
    await this.#each(on, (host) =>
      waitFor(`${host.name} is asked for ${procedure}`, async () => host.calls.has(procedure)).then(() => {}),
    );
  }

  async #health({ health, reason = /^/, on }: Extract<Step, { do: 'health' }>): Promise<void> {
    for (const host of this.#group(on)) {
      let now: Host | undefined;
      const isSo = async () => {
        now = await this.#call('hostGet', { params: { hostId: this.#known(host).id } });
        const told = [now.healthReason ?? '', String(now.healthDetails['reason'] ?? '')];
        return now.health === health && told.some((text) => reason.test(text));
      };
      await waitFor(`${host.name} is ${health}`, isSo, KNOWN_WITHIN_MS).catch((error: Error) => {
        throw new Error(`${error.message}, but ${now?.health}: ${now?.healthReason}`, { cause: error });
      });
    }
  }

  async #vms({ state, cause, on }: Extract<Step, { do: 'vms' }>): Promise<void> {
    for (const host of this.#group(on)) {
      let seen: string[] = [];
      const wanted = `${state}${cause === undefined ? '' : `/${cause}`}`;
      const isSo = async () => {
        const vms = await this.#vmsOn(host);
        seen = vms.map((vm) => (cause === undefined ? vm.state : `${vm.state}/${vm.stateCause}`));
        return seen.length > 0 && seen.every((one) => one === wanted);
      };
      await waitFor(`VMs on ${host.name} are ${wanted}`, isSo, KNOWN_WITHIN_MS).catch((error: Error) => {
        throw new Error(`${error.message}, but ${seen.join(', ')}`, { cause: error });
      });
    }
  }

  async #pages(): Promise<void> {
    for (let round = 1; ; round++) {
      const before = this.#cloud.timesAsked;
      await askForEveryPage(this.#call);
      const asked = this.#cloud.timesAsked - before;
      if (asked === 0) return;
      assert.ok(round < PAGE_ROUNDS, `for the pages hosts were asked ${asked} times`);
    }
  }

  async #events({ has }: Extract<Step, { do: 'events' }>): Promise<void> {
    const { items } = await this.#call('auditList', { query: { limit: 200, sort: '-seq' } });
    const events = items.filter(({ seq }) => seq > this.#firstSeq).toReversed();
    let at = 0;
    for (const expected of has) {
      const found = events.findIndex(
        ({ type, details }, index) =>
          index >= at &&
          type === expected.type &&
          Object.entries(expected.details ?? {}).every(([key, value]) => details[key] === value),
      );
      const seen = events.map(({ type, details }) => `${type} ${JSON.stringify(details)}`).join('\n');
      assert.notEqual(found, -1, `${JSON.stringify(expected)} is not in the log after ${at}:\n${seen}`);
      at = found + 1;
    }
  }
}

const codesOf = (refused: readonly { code: string }[]): string[] => [
  ...new Set(refused.map(({ code }) => code)),
];
