/** A running VM goes to another host, with its disk where the hosts do not share it. */
import { setTimeout as delay } from 'node:timers/promises';
import { type Link, XmlFlag, domainRef, paramsByName, parseUri } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import type { MoveOptions } from '../../platform/vm-moves.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { withoutClipboard } from './guest-clipboard.ts';
import { movedXml, refuseUnsafeCache } from './migration-xml.ts';
import { migrate } from './migration.ts';
import { type Moving, fileMoves, freshDisk, sharedDiskPath, sourceDisk } from './moving-files.ts';
import { statusOf } from './states.ts';
import type { Ends } from './vm-moves.ts';

interface Links {
  readonly source: Link;
  readonly destination: Link;
}

const LOOK_MS = 500;
const LOOK_TIMEOUT_MS = 10_000;

export async function moveLive(
  links: Links,
  ends: Ends,
  moving: Moving,
  options: MoveOptions,
): Promise<void> {
  const { move, arrival } = moving;
  const domain = domainRef(move.vmId);
  const state = await domainState(ends.source, move.vmId);
  if (!state || !isActiveState(state.state))
    throw new UserError('wrong_state', { action: 'migrate', state: 'stopped' });
  const flags = XmlFlag.inactive | XmlFlag.secure;
  const { xml: persistentXml } = await ends.source.call('domainGetXmlDesc', { domain, flags });
  if (arrival.isDiskShared) {
    // As it runs: its definition may have been changed since.
    const running = await ends.source.call('domainGetXmlDesc', { domain, flags: XmlFlag.secure });
    refuseUnsafeCache(running.xml);
  }
  const disk = await sourceDisk(ends, move);
  const movedPath = arrival.isDiskShared
    ? await sharedDiskPath(ends, move)
    : await freshDisk(ends, moving, disk.sizeBytes);
  const files = fileMoves(persistentXml, disk.path, movedPath, moving);
  const { domain: named } = await ends.source.call('domainLookupByUuid', { uuid: move.vmId });

  const watching = new AbortController();
  const watched = watchJob(links.source, move.vmId, options.onProgress, watching.signal);
  try {
    const job = {
      vmId: move.vmId,
      domainName: named.name,
      liveXml: (xml: string) => movedXml(xml, files),
      persistentXml: movedXml(persistentXml, files),
      storage: storageOf(moving),
      ...wayTo(links),
      isPaused: statusOf(state.state, state.reason, false).state === 'paused',
    };
    await withoutClipboard(ends.source, move.vmId, () => migrate(links, job, options.signal));
  } finally {
    watching.abort();
    await watched;
  }
}

function storageOf({ arrival }: Moving): 'shared' | 'incremental' | 'full' {
  if (arrival.isDiskShared) return 'shared';
  return arrival.backing ? 'incremental' : 'full';
}

/**
 * The source's QEMU goes where the admin's URI goes; of a host without an address in it, its own libvirt says where.
 * Where both are reached by TLS their guests' memory is not sent in the clear either.
 */
function wayTo({ source, destination }: Links): { destinationAddress: string | null; hasTls: boolean } {
  const [from, to] = [parseUri(source.uri), parseUri(destination.uri)];
  const hasTls = from.transport === 'tls' && to.transport === 'tls';
  return { destinationAddress: to.hostname === '' ? null : to.hostname, hasTls };
}

/** Tells how far the job is, until it is over. A look that fails is no news: the job itself says how it ends. */
async function watchJob(
  link: Link,
  vmId: string,
  onProgress: MoveOptions['onProgress'],
  over: AbortSignal,
): Promise<void> {
  while (!over.aborted) {
    try {
      const asked = { domain: domainRef(vmId), flags: 0 };
      const job = await link.call('domainGetJobStats', asked, { timeoutMs: LOOK_TIMEOUT_MS, signal: over });
      const stats = paramsByName(job.params);
      const [totalBytes, leftBytes] = [stats.get('data_total'), stats.get('data_remaining')].map(Number);
      if (totalBytes && leftBytes !== undefined)
        onProgress({ doneBytes: totalBytes - leftBytes, totalBytes });
      await delay(LOOK_MS, undefined, { signal: over });
    } catch {
      if (!over.aborted) await delay(LOOK_MS, undefined, { signal: over }).catch(() => undefined);
    }
  }
}
