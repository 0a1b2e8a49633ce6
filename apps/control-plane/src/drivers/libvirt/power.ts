/** Starting and stopping a domain. Each is as happy with a domain that is already where it is wanted. */
import {
  CallTimeoutError,
  CoreDumpFlag,
  DomainState,
  DumpFormat,
  ErrorNumber,
  domainRef,
} from '@loucloud/libvirt';
import { corePath } from './disks.ts';
import { domainState, isActiveState } from './domain-status.ts';
import { isLibvirtError, unless } from './errors.ts';
import { withoutClipboard } from './guest-clipboard.ts';
import type { Calls } from './host-link.ts';
import { activePool, refreshPool } from './pools.ts';

const { operationInvalid, noDomain, operationTimeout } = ErrorNumber;

export async function start(host: Calls, vmId: string): Promise<void> {
  const create = () => host.call('domainCreateWithFlags', { domain: domainRef(vmId), flags: 0 });
  const state = async () => (await domainState(host, vmId))?.state ?? DomainState.noState;
  await unlessThere(create(), async () => {
    const now = await state();
    if (now !== DomainState.crashed) return isActiveState(now);
    // Somebody's domain may stay after a crash, as a process that does nothing more.
    await powerOff(host, vmId);
    await create();
    return true;
  });
}

/**
 * By the guest agent if one answers, else by ACPI: libvirt tries in that order. It may wait long for an agent that
 * has been told; then the guest is on its way down, and nobody needs to wait here. One that is down was told before.
 */
export async function requestShutdown(hostFor: (timeoutMs: number) => Calls, vmId: string): Promise<void> {
  const host = hostFor(PRESS_MS);
  await unlessThere(
    sent(host.call('domainShutdownFlags', { domain: domainRef(vmId), flags: 0 })),
    async () => (await domainState(hostFor(PRESS_MS), vmId))?.state === DomainState.shutoff,
  );
}

export async function requestReboot(hostFor: (timeoutMs: number) => Calls, vmId: string): Promise<void> {
  await sent(hostFor(PRESS_MS).call('domainReboot', { domain: domainRef(vmId), flags: 0 }));
}

const PRESS_MS = 10_000;

async function sent(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    // The first request still waits for the guest, and holds the domain against the second: it has been asked.
    if (error instanceof CallTimeoutError || isLibvirtError(error, operationTimeout)) return;
    throw error;
  }
}

export const powerOff = (host: Calls, vmId: string): Promise<void> =>
  unless(
    [operationInvalid, noDomain],
    host.call('domainDestroyFlags', { domain: domainRef(vmId), flags: 0 }),
  );

export async function reset(host: Calls, vmId: string): Promise<void> {
  await host.call('domainReset', { domain: domainRef(vmId), flags: 0 });
}

export async function suspend(host: Calls, vmId: string): Promise<void> {
  await host.call('domainSuspend', { domain: domainRef(vmId) });
}

export async function resume(host: Calls, vmId: string): Promise<void> {
  const domain = domainRef(vmId);
  const isAsleep = (await domainState(host, vmId))?.state === DomainState.pmSuspended;
  await unlessThere(
    isAsleep ? host.call('domainPmWakeup', { domain, flags: 0 }) : host.call('domainResume', { domain }),
    async () => (await domainState(host, vmId))?.state === DomainState.running,
  );
}

export async function save(host: Calls, vmId: string): Promise<void> {
  const domain = domainRef(vmId);
  await withoutClipboard(host, vmId, () =>
    unlessThere(
      host.call('domainManagedSave', { domain, flags: 0 }),
      async () => (await host.call('domainHasManagedSaveImage', { domain, flags: 0 })).result === 1,
    ),
  );
}

/** An ELF file with the guest's memory alone, for crash and gdb. The guest stands still meanwhile. */
export async function dumpCore(host: Calls, vmId: string, poolName: string): Promise<string> {
  const path = await corePath(host, vmId, poolName);
  await host.call('domainCoreDumpWithFormat', {
    domain: domainRef(vmId),
    to: path,
    dumpFormat: DumpFormat.raw,
    flags: CoreDumpFlag.memoryOnly,
  });
  // So that libvirt knows the file, and it goes when the VM's disk goes.
  await refreshPool(host, await activePool(host, poolName));
  return path;
}

/** A refusal for being in the wrong state is none if the domain is in the state that was wanted. */
async function unlessThere(call: Promise<unknown>, isThere: () => Promise<boolean>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!isLibvirtError(error, operationInvalid) || !(await isThere())) throw error;
  }
}
