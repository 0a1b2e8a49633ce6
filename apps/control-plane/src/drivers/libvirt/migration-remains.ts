/** Where a VM is between two hosts, after a move that nobody drives any more: the one where it runs wins. */
import { setTimeout as delay } from 'node:timers/promises';
import { DomainState, ErrorNumber, JobType, PausedReason, domainRef } from '@loucloud/libvirt';
import type { Whereabouts } from '../../platform/vm-moves.ts';
import { UserError } from '../../platform/errors.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { isLibvirtError, unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import * as power from './power.ts';

/**
 * `incoming`: a QEMU that waits for a guest to come. `stranded`: a guest that stood still to go, and has not been told to
 * go on. libvirt keeps either apart from a guest that somebody has paused.
 */
type Presence = 'absent' | 'off' | 'on' | 'incoming' | 'stranded';

const JOB_END_MS = 60_000;
const LOOK_AGAIN_MS = 100;

export async function settleMove(vmId: string, source: Calls, destination: Calls): Promise<Whereabouts> {
  const [here, there] = await Promise.allSettled([presence(source, vmId), presence(destination, vmId)]);
  // A guest that runs on the one host needs no word of the other.
  if (there.status === 'rejected' && here.status === 'fulfilled' && here.value === 'on') {
    await endJob(source, vmId);
    if ((await presence(source, vmId)) === 'on') return 'source';
  }
  if (here.status === 'rejected' && there.status === 'fulfilled' && there.value === 'on')
    return 'destination';
  if (there.status === 'rejected') throw there.reason;
  if (here.status === 'rejected') throw here.reason;
  return settleBoth(vmId, source, destination);
}

async function settleBoth(vmId: string, source: Calls, destination: Calls): Promise<Whereabouts> {
  const there = await presence(destination, vmId);
  if (there !== 'on') {
    // Nobody is left to tell it to go on there.
    await endJob(source, vmId);
    if (there === 'incoming' || there === 'stranded') await power.powerOff(destination, vmId);
  }
  const here = await presence(source, vmId);
  if (there === 'on') {
    if (here === 'on') return 'torn';
    // The same guest's body, which stood still before it went on there.
    if (here === 'stranded') await power.powerOff(source, vmId);
    return 'destination';
  }
  if (here === 'stranded') {
    // Looked at once more: it must go on in one place alone.
    if ((await presence(destination, vmId)) === 'on') return settleBoth(vmId, source, destination);
    await power.resume(source, vmId);
  }
  if (here === 'on' || here === 'stranded') return 'source';
  const isDefinedThere = there === 'off' || (await presence(destination, vmId)) === 'off';
  if (here === 'off') return isDefinedThere ? 'both' : 'source';
  return isDefinedThere ? 'destination' : 'nowhere';
}

async function presence(host: Calls, vmId: string): Promise<Presence> {
  const now = await domainState(host, vmId);
  if (!now) return 'absent';
  if (!isActiveState(now.state)) return 'off';
  if (now.state !== DomainState.paused || now.reason !== PausedReason.migration) return 'on';
  const persistence = await unlessGone(host.call('domainIsPersistent', { domain: domainRef(vmId) }));
  if (!persistence) return 'absent';
  return persistence.persistent === 1 ? 'stranded' : 'incoming';
}

/** A libvirtd that begins again ends by itself what was only on its way to it: at any moment, also between two calls. */
async function unlessGone<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isLibvirtError(error, ErrorNumber.noDomain)) return null;
    throw error;
  }
}

/** Ends the guest's migration, if one still goes on. */
async function endJob(source: Calls, vmId: string): Promise<void> {
  const domain = domainRef(vmId);
  const deadline = performance.now() + JOB_END_MS;
  while (await hasJob(source, vmId)) {
    if (performance.now() > deadline) throw new UserError('deadline_exceeded', {});
    await unless(
      [ErrorNumber.operationInvalid, ErrorNumber.noDomain],
      source.call('domainAbortJob', { domain }),
    );
    await delay(LOOK_AGAIN_MS);
  }
}

async function hasJob(host: Calls, vmId: string): Promise<boolean> {
  const state = await domainState(host, vmId);
  if (!state || !isActiveState(state.state)) return false;
  const job = await unlessGone(host.call('domainGetJobInfo', { domain: domainRef(vmId) }));
  return job?.type === JobType.bounded || job?.type === JobType.unbounded;
}
