/** All hosts of the pool, each by its link. */
import { isDeepStrictEqual } from 'node:util';
import { Link, type LinkOptions, parseUri, readLent } from '@loucloud/libvirt';
import { actingFreely } from '../../platform/claims/permit.ts';
import type { HostConnection, HostDriver, HostObserver, Hypervisor } from '../../platform/hypervisor.ts';
import { ChangingDomains } from './changing-domains.ts';
import { FolderPools } from './folder-pools.ts';
import { checkHost } from './host-checks.ts';
import { hostUnreachable, toUserError } from './errors.ts';
import { hostDriver, unreachableDriver } from './host-driver.ts';
import { callsWithin } from './host-link.ts';
import type { PulseTiming } from './host-pulse.ts';
import { screenTlsOf, wayTo } from './host-transport.ts';
import { type HostFiles, copyImage } from './image-copy.ts';
import { HostWatch } from './host-watch.ts';
import { OwnedDomains } from './owned-domains.ts';
import { vmMoves } from './vm-moves.ts';

export interface LibvirtHypervisorOptions {
  /** The boot sector of a guest that switches itself off: what a host must be able to run. */
  readonly probeGuest: Uint8Array;
  /** For what goes wrong while nobody waits for an answer: an observer that throws, a host that cannot be read. */
  readonly onError: (error: unknown) => void;
  /** How often a host is read whole although no event asked for it. */
  readonly rereadMs?: number;
  readonly pulse?: PulseTiming;
  /** When a host that says nothing is taken for gone, and how soon it is tried again. */
  readonly linkTiming?: Pick<LinkOptions, 'connectTimeoutMs' | 'keepalive' | 'backoff'>;
}

interface JoinedHost {
  readonly connection: HostConnection;
  readonly link: Link;
  readonly owned: OwnedDomains;
  readonly folders: FolderPools;
  readonly watching: Watching;
  readonly driver: HostDriver;
  readonly files: HostFiles;
}

export function libvirtHypervisor(options: LibvirtHypervisorOptions): Hypervisor {
  const hosts = new Map<string, JoinedHost>();
  const watched = new Set<string>();
  const notJoined = unreachableDriver();
  let observer: HostObserver | null = null;

  const leave = async (hostId: string): Promise<void> => {
    const joined = hosts.get(hostId);
    if (!joined) return;
    hosts.delete(hostId);
    joined.owned.close();
    const closed = joined.watching.stop();
    if (joined.link.state === 'connected') await joined.folders.close();
    // Ends what the watch may still be reading of a host that hangs.
    await joined.link.close();
    await closed;
  };

  return {
    join(connection) {
      const joined = hosts.get(connection.hostId)?.connection;
      if (isDeepStrictEqual(joined, connection)) return;
      if (joined) void leave(connection.hostId);
      // Its link outlives the operation that adds it.
      const host = actingFreely(() => joinHost(connection, options, () => observer));
      hosts.set(connection.hostId, host);
      if (watched.has(connection.hostId)) host.watching.start();
    },
    leave,
    tryNow: (hostId) => hosts.get(hostId)?.link.tryNow(),
    watch(hostId) {
      watched.add(hostId);
      actingFreely(() => hosts.get(hostId)?.watching.start());
    },
    async unwatch(hostId) {
      watched.delete(hostId);
      await hosts.get(hostId)?.watching.stop();
    },
    host: (hostId) => hosts.get(hostId)?.driver ?? notJoined,
    readStream: readLent,
    moves: vmMoves((hostId) => hosts.get(hostId) ?? null),
    observe(added) {
      observer = added;
    },
    async copyImage(spec, watch) {
      const from = hosts.get(spec.from.hostId)?.files;
      const to = hosts.get(spec.to.hostId)?.files;
      if (!from || !to) throw hostUnreachable();
      try {
        return await copyImage({ from, to }, spec, watch);
      } catch (error) {
        throw toUserError(error);
      }
    },
    async close() {
      await Promise.all([...hosts.keys()].map(leave));
    },
    check: (target, onCheck) => checkHost(target, onCheck, options.probeGuest),
  };
}

function joinHost(
  connection: HostConnection,
  { onError, rereadMs, pulse, linkTiming }: LibvirtHypervisorOptions,
  observer: () => HostObserver | null,
): JoinedHost {
  const { uri } = connection;
  const link = new Link({ ...wayTo(connection), ...linkTiming });
  const owned = new OwnedDomains(link);
  const folders = new FolderPools((timeoutMs) => callsWithin(link, timeoutMs));
  const changing = new ChangingDomains((vmId) => watching.changed(vmId));
  const watching = new Watching(
    link,
    () =>
      new HostWatch({
        ...connection,
        link,
        owned,
        folders,
        observer,
        changing,
        onError,
        ...(rereadMs === undefined ? {} : { rereadMs }),
        ...(pulse === undefined ? {} : { pulse }),
      }),
  );
  const isLocal = isThisMachine(uri);
  const isAnswering = () => watching.isAnswering;
  const driver = hostDriver({
    link,
    owned,
    changing,
    folders,
    isLocal,
    tls: screenTlsOf(connection),
    isAnswering,
    onPortrait: (domainId) => watching.tellHardwareAnew(domainId),
  });
  const files: HostFiles = {
    hostFor: (timeoutMs) => callsWithin(link, timeoutMs),
    reader: (timeoutMs, signal) => ({ host: callsWithin(link, timeoutMs, signal), folders, isLocal }),
  };
  return { connection, link, owned, folders, watching, driver, files };
}

/** Whether a host is watched, which may change while it is connected. */
class Watching {
  readonly #link: Link;
  readonly #begin: () => HostWatch;
  #watch: HostWatch | undefined;

  constructor(link: Link, begin: () => HostWatch) {
    this.#link = link;
    this.#begin = begin;
  }

  /** False where that is known: the last attempt to reach it failed, or its calls go unanswered. The first attempt is waited for. */
  get isAnswering(): boolean {
    const isReached = this.#link.state === 'connected' || this.#link.lastError === undefined;
    return isReached && this.#watch?.isSilent !== true;
  }

  tellHardwareAnew(vmId: string): void {
    this.#watch?.tellHardwareAnew(vmId);
  }

  changed(vmId: string): void {
    this.#watch?.changed(vmId);
  }

  start(): void {
    this.#watch ??= this.#begin();
    this.#link.start();
  }

  async stop(): Promise<void> {
    const watch = this.#watch;
    this.#watch = undefined;
    await watch?.close();
  }
}

/**
 * Reached by the socket of this machine's own libvirt: its files and sockets are ours to look at. Any other socket may lead
 * into a container, or be forwarded from another machine.
 */
function isThisMachine(uri: string): boolean {
  const { driver, transport, socketPath } = parseUri(uri);
  // libvirt's test hosts have no files of their own: what they name lies here.
  if (driver === 'test') return transport === 'unix';
  return transport === 'unix' && (socketPath === null || /^(\/var)?\/run\/libvirt\/[^/]+$/.test(socketPath));
}
