/**
 * A database that is lost, made anew from what the servers' domains say: VMs, their owners, what they rest on and are
 * attached to. Nothing on a server is changed. Safe to repeat, and to run again with more servers.
 */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type HostCheck, type Operation, type RequestFor, allEndpoints } from '@loucloud/api';
import { Check } from 'typebox/value';
import type { ControlPlane } from '../control-plane.ts';
import type { LostVm } from '../features/vms/vm-rebuild.ts';
import type { Caller } from '../platform/caller.ts';
import { type Config, ConfigError } from '../platform/config.ts';
import { lockDataFolder } from '../platform/database/data-lock.ts';
import { UserError } from '../platform/errors.ts';
import type { NetworkSource } from '../platform/hypervisor.ts';
import { NIL_ID } from '../platform/ids.ts';
import { operationStore } from '../platform/operations/operation-store.ts';
import { checkLines } from './check-words.ts';
import { choosePassword } from './choose-password.ts';

type Server = RequestFor<'hostAdd'>['body'];

interface Rebuild {
  readonly controlPlane: ControlPlane;
  readonly config: Config;
  readonly options: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const USAGE = `usage: rebuild --host [NAME=]URI … | FILE
  FILE holds a JSON array of servers, as the API's POST /hosts takes them: name, uri, and where needed credentials, hostKey, poolName`;
const ADMIN_NAME = 'admin';
/** Whoever is at the terminal. */
const terminal: Caller = {
  userId: NIL_ID,
  userName: 'rebuild',
  isAdmin: true,
  sessionId: '',
  kind: 'session',
  address: '',
};

export async function rebuild({ controlPlane, config, options, environment }: Rebuild): Promise<void> {
  const { hosts, rebuilding, settings, engine } = controlPlane;
  let unlock = () => {};
  try {
    const servers = await readServers(options);
    unlock = lockDataFolder(config.dataDir);
    await hosts.joinAll();
    for (const server of servers) await addServer(controlPlane, server);
    const lost: LostVm[] = [];
    for (const { id, name } of (await hosts.list({ limit: 1000 })).items) {
      const found = await rebuilding.lostOn(id);
      console.log(`${name}: ${found.length} machines that no record knows`);
      lost.push(...found);
    }
    const adminId = await makeOwners(controlPlane, lost.filter(hasOwner), environment);
    // Of two domains of one VM the one that runs is the VM.
    const inOrder = lost.toSorted((a, b) => Number(b.isActive) - Number(a.isActive));
    for (const vm of inOrder) await takeUp(controlPlane, hasOwner(vm) ? vm : { ...vm, ownerId: adminId });
    await settings.markInitialised();
    await engine.quiet();
    console.log('Done. Start LouCloud; give the users that were made again new passwords, and enable them.');
  } finally {
    await controlPlane.close();
    unlock();
  }
}

async function readServers(options: readonly string[]): Promise<Server[]> {
  const [first, ...others] = options;
  if (first !== undefined && !first.startsWith('-') && others.length === 0) return readFileOf(first);
  const servers: Server[] = [];
  for (let i = 0; i < options.length; i += 2) {
    const [, name, uri] = /^(?:([^=:/?]+)=)?(.+)$/s.exec(options[i + 1] ?? '') ?? [];
    if (options[i] !== '--host' || uri === undefined) throw new ConfigError(USAGE);
    servers.push({ name: name ?? (URL.parse(uri)?.hostname || 'this-server'), uri });
  }
  if (servers.length === 0) throw new ConfigError(USAGE);
  return servers;
}

async function readFileOf(path: string): Promise<Server[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ConfigError(`${path} cannot be read: ${(cause as Error).message}.`, { cause });
  });
  let listed: unknown;
  try {
    listed = JSON.parse(text);
  } catch (cause) {
    throw new ConfigError(`${path} is not JSON.`, { cause });
  }
  const isServer = (value: unknown): value is Server => Check(allEndpoints.hostAdd.body, value);
  if (!Array.isArray(listed) || listed.length === 0 || !listed.every(isServer)) throw new ConfigError(USAGE);
  return listed;
}

async function addServer(controlPlane: ControlPlane, server: Server): Promise<void> {
  const { hosts } = controlPlane;
  const known = (await hosts.list({ limit: 1000 })).items;
  if (known.some(({ name, uri }) => name === server.name || uri === server.uri)) return;
  console.log(`Checking ${server.name}…`);
  const operation = await finished(controlPlane, await hosts.add(server, terminal).catch(explain));
  if (operation.state === 'done') return;
  // `result.checks` is what the operation reported.
  const checks = (operation.result['checks'] ?? []) as HostCheck[];
  for (const line of checks.flatMap(checkLines)) console.log(`  ${line}`);
  if (server.uri.startsWith('qemu+ssh:'))
    console.log(`  LouCloud’s key, for ~/.ssh/authorized_keys there: ${(await hosts.sshKey()).publicKey}`);
  const { code, details } = operation.error ?? { code: 'internal', details: {} };
  throw new ConfigError(
    `${server.name} cannot be read: ${code} ${JSON.stringify(details)}. Put that right (a server’s key and login can be given in a file), and run it again.`,
  );
}

/** Somebody may have written anything into a domain's metadata. */
const hasOwner = ({ ownerId }: LostVm): boolean =>
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(ownerId);

/** Answers the admin's id. */
async function makeOwners(
  { users }: ControlPlane,
  lost: readonly LostVm[],
  environment: Rebuild['environment'],
): Promise<string> {
  if (!(await users.findAdmin())) {
    const { password, isRandom } = await choosePassword(environment);
    const former = lost.find(({ ownerName }) => ownerName === ADMIN_NAME)?.ownerId;
    await users.createAdmin({ name: ADMIN_NAME, displayName: 'Administrator', password }, former);
    console.log(`The admin “${ADMIN_NAME}” has been created.`);
    if (isRandom) console.log(`Password, shown this once: ${password}`);
  }
  for (const { ownerId, ownerName } of lost)
    if (await users.createAgain({ id: ownerId, name: ownerName }))
      console.log(`The user “${ownerName}” is there again, disabled.`);
  const admin = await users.findAdmin();
  if (!admin) throw new Error('the admin has just been there');
  return admin.id;
}

async function takeUp(controlPlane: ControlPlane, vm: LostVm): Promise<void> {
  const { rebuilding } = controlPlane;
  const seen = await rebuilding.look(vm);
  if (!seen) return;
  if (seen.unknownNetwork) await register(controlPlane, seen.unknownNetwork);
  if (seen.unknownImagePath !== null) await registerImage(controlPlane, vm.hostId, seen.unknownImagePath);
  if (await rebuilding.record(vm, seen.portrait))
    console.log(`“${vm.name}” of “${vm.ownerName}” is there again.`);
  else console.log(`“${vm.name}” of “${vm.ownerName}” is on two servers: LouCloud will show the other one.`);
}

/** A network that no server has at present stays unknown: the VM says so. */
async function register({ networks, settings }: ControlPlane, network: NetworkSource): Promise<void> {
  const { items } = await networks.list({ limit: 1000 });
  const isTaken = items.some(({ name }) => name === network.source);
  const name = isTaken ? `${network.source} (${network.kind})` : network.source;
  try {
    const { id } = await networks.create({ name, ...network }, terminal);
    if ((await settings.read()).defaultNetworkId === null)
      await settings.update({ defaultNetworkId: id }, terminal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.log(`  The network ${network.source} could not be registered: ${error.code}.`);
  }
}

async function registerImage(controlPlane: ControlPlane, hostId: string, path: string): Promise<void> {
  const { images } = controlPlane;
  const { items } = await images.list({ limit: 1000 });
  const base = basename(path, extname(path)).slice(0, 60);
  const taken = new Set(items.map(({ name }) => name));
  let name = base;
  for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
  const { state, error } = await finished(
    controlPlane,
    await images.register({ name, path, hostId }, terminal),
  );
  if (state !== 'done') console.log(`  The image ${path} could not be registered: ${error?.code}.`);
}

async function finished({ engine, database }: ControlPlane, operationId: string): Promise<Operation> {
  await engine.settled(operationId);
  return operationStore.get(database.db, operationId);
}

function explain(error: unknown): never {
  if (!(error instanceof UserError)) throw error;
  throw new ConfigError(`${error.code} ${JSON.stringify(error.details)}`, { cause: error });
}
