/** A LouCloud over a fleet, in this process: the real control plane, with its API on a port, and the fleet's hosts in it. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, createControlPlane } from '../apps/control-plane/src/control-plane.ts';
import {
  type LibvirtHypervisorOptions,
  libvirtHypervisor,
} from '../apps/control-plane/src/drivers/libvirt/hypervisor.ts';
import { readConfig } from '../apps/control-plane/src/platform/config.ts';
import { prepareDataFolder } from '../apps/control-plane/src/platform/data-folder.ts';
import { openDatabase } from '../apps/control-plane/src/platform/database/database.ts';
import type { Hypervisor } from '../apps/control-plane/src/platform/hypervisor.ts';
import { createLog } from '../apps/control-plane/src/platform/log.ts';
import { ADMIN_PASSWORD, type Login, loginTo } from '../e2e/world.ts';
import { Fleet, type FleetOptions } from './fleet.ts';
import { type FurnishedHost, furnish } from './furnish.ts';

/** As the product's, only sooner: a scenario does not wait half a minute for what it is about. */
const TIMING: Pick<LibvirtHypervisorOptions, 'pulse' | 'linkTiming' | 'rereadMs'> = {
  pulse: { everyMs: 500, uneasyEveryMs: 250, answerWithinMs: 2000, slowMs: 300 },
  linkTiming: {
    connectTimeoutMs: 3000,
    keepalive: { intervalMs: 1000, count: 2 },
    backoff: { minMs: 100, maxMs: 1000 },
  },
  rereadMs: 3000,
};

export class Cloud implements AsyncDisposable {
  readonly fleet: Fleet;
  readonly admin: Login;
  readonly hosts: ReadonlyMap<string, FurnishedHost>;
  readonly #controlPlane: ControlPlane;
  readonly #asked: { count: number };
  readonly #dataDir: string;

  static async open(options: FleetOptions): Promise<Cloud> {
    const dataDir = await mkdtemp(join(tmpdir(), 'loucloud-fleet-'));
    const fleet = await Fleet.start(options);
    const address = `127.0.0.1:${await freePort()}`;
    const config = readConfig({
      LOUCLOUD_DATA_DIR: dataDir,
      LOUCLOUD_LISTEN: address,
      LOUCLOUD_LOG_LEVEL: process.env['LOUCLOUD_LOG_LEVEL'] ?? 'silent',
      LOUCLOUD_TEST_HOSTS: 'allow',
    });
    await prepareDataFolder(config);
    const log = createLog(config.logLevel);
    const asked = { count: 0 };
    const controlPlane = await createControlPlane({
      config,
      log,
      database: await openDatabase(config.databaseUrl),
      hypervisor: counting(
        libvirtHypervisor({
          probeGuest: new Uint8Array(512),
          onError: (error) => log.error({ err: error }, 'watching a host failed'),
          ...TIMING,
        }),
        asked,
      ),
      version: '0.0.0',
    });
    const admin = { name: 'admin', displayName: 'Administrator', password: ADMIN_PASSWORD };
    await controlPlane.users.createAdmin(admin);
    await controlPlane.start();
    const login = await loginTo(`http://${address}`, 'admin', ADMIN_PASSWORD);
    const hosts = await furnish(login.call, fleet);
    return new Cloud({ fleet, login, hosts, controlPlane, asked, dataDir });
  }

  private constructor(parts: {
    fleet: Fleet;
    login: Login;
    hosts: ReadonlyMap<string, FurnishedHost>;
    controlPlane: ControlPlane;
    asked: { count: number };
    dataDir: string;
  }) {
    this.fleet = parts.fleet;
    this.admin = parts.login;
    this.hosts = parts.hosts;
    this.#controlPlane = parts.controlPlane;
    this.#asked = parts.asked;
    this.#dataDir = parts.dataDir;
  }

  /** How often anything but the watching of hosts, and what looks at screens, has asked a host for something. */
  get timesAsked(): number {
    return this.#asked.count;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#controlPlane.close();
    await this.fleet[Symbol.asyncDispose]();
    await rm(this.#dataDir, { recursive: true, force: true });
  }
}

/** The same hypervisor; each call of a host's driver is counted. */
function counting(hypervisor: Hypervisor, asked: { count: number }): Hypervisor {
  return {
    ...hypervisor,
    host: (hostId) =>
      new Proxy(hypervisor.host(hostId), {
        get(driver, name, receiver) {
          // A screen is only looked at: who asks for its picture is answered soon, by whatever there is.
          if (name !== 'screenshot') asked.count++;
          return Reflect.get(driver, name, receiver) as unknown;
        },
      }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
