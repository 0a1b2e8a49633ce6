/** The named checks of a server that wants to join. What can be put right without harm is put right. */
import { type Accelerator, type CheckName, type HostCheck, checksOver } from '@loucloud/api';
import type { CheckOutcome, CheckTarget, HostFacts, PoolFacts } from '../../platform/hypervisor.ts';
import { UserError } from '../../platform/errors.ts';
import { type AcceleratorVerdict, checkAccelerator } from './accelerator-check.ts';
import { checkConnection } from './connection-checks.ts';
import { toUserError } from './errors.ts';
import { type Finding, finding } from './finding.ts';
import { readFacts, readHostUuid, versionText } from './host-facts.ts';
import { type Calls, callsWithin } from './host-link.ts';
import { transportKind } from './host-transport.ts';
import { checkNetworks } from './network-check.ts';
import { checkPool } from './pool-check.ts';

const CHECK_MS = 60_000;
/** libvirt's numbers. */
const LIBVIRT_MIN = 8_000_000;
const QEMU_MIN = 6_000_000;
const GIB = 2 ** 30;
const SPACE_MIN = 2 * GIB;
const SPACE_AMPLE = 20 * GIB;

const NOT_RUN = finding('not_run', 'not_run');

export async function checkHost(
  target: CheckTarget,
  onCheck: (check: HostCheck) => void,
  probeGuest: Uint8Array,
): Promise<CheckOutcome> {
  const checks: HostCheck[] = [];
  const note = (name: CheckName, found: Finding): boolean => {
    const check = { name, ...found };
    checks.push(check);
    onCheck(check);
    return found.outcome !== 'failed' && found.outcome !== 'not_run';
  };
  const names = checksOver[transportKind(target.uri)];
  const { link, hostKey } = await checkConnection(target, note);
  let accelerator: Accelerator = 'tcg';
  let facts: HostFacts | null = null;
  let hostUuid: string | null = null;
  try {
    const host = link && callsWithin(link, CHECK_MS);
    const isSimulated = host !== null && (await isTestDriver(host));
    if (host && note('version', await checkVersion(host, isSimulated ? 0 : QEMU_MIN))) {
      hostUuid = isSimulated ? null : await readHostUuid(host);
      const { pool, found } = await checkPool(host, target.poolName);
      note('pool', found);
      note('space', pool ? checkSpace(pool.facts) : NOT_RUN);
      note('network', await checkNetworks(host, target.networks));
      const verdict = isSimulated
        ? SIMULATED
        : pool && (await checkAccelerator(link, pool.ref, { probeGuest }));
      note('accelerator', verdict ? judge(verdict) : NOT_RUN);
      accelerator = verdict?.accelerator ?? 'tcg';
      facts = pool ? await readFacts(host, target.poolName) : null;
    }
  } catch (error) {
    // Whichever check it was: the host has gone, or refuses something that none of them expects.
    const refusal = toUserError(error);
    if (!(refusal instanceof UserError)) throw error;
    const next = names[checks.length];
    if (next) note(next, failedUnexpectedly(next, refusal));
  } finally {
    await link?.close();
  }
  for (const name of names.slice(checks.length)) note(name, NOT_RUN);
  return { checks, facts, accelerator, hostKey, hostUuid };
}

/** libvirt's own make-believe hypervisor. It runs nothing, so there is no QEMU and nothing to accelerate. */
const isTestDriver = async (host: Calls): Promise<boolean> =>
  (await host.call('connectGetType', {})).type === 'TEST';

const SIMULATED: AcceleratorVerdict = { accelerator: 'tcg', code: 'machines_simulated', reason: '' };

async function checkVersion(host: Calls, qemuMin: number): Promise<Finding> {
  const libvirt = (await host.call('connectGetLibVersion', {})).version;
  const qemu = (await host.call('connectGetVersion', {})).version;
  const details = {
    libvirt: versionText(libvirt),
    qemu: versionText(qemu),
    libvirtNeeded: versionText(LIBVIRT_MIN),
    qemuNeeded: versionText(qemuMin),
  };
  return libvirt < LIBVIRT_MIN || qemu < qemuMin
    ? finding('failed', 'version_too_old', details)
    : finding('ok', 'version_ok', details);
}

function checkSpace({ availableBytes, capacityBytes, path }: PoolFacts): Finding {
  const details = { availableBytes, capacityBytes, path };
  if (availableBytes < SPACE_MIN) return finding('failed', 'space_none', details);
  return availableBytes < SPACE_AMPLE
    ? finding('warning', 'space_low', details)
    : finding('ok', 'space_ok', details);
}

function judge({ accelerator, code, reason }: AcceleratorVerdict): Finding {
  if (accelerator === 'kvm') return finding('ok', code);
  return finding(accelerator === null ? 'failed' : 'warning', code, reason === '' ? {} : { reason });
}

function failedUnexpectedly(name: CheckName, { hint, code }: UserError): Finding {
  return finding('failed', UNEXPECTED[name] ?? 'libvirt_refused', { reason: hint ?? code });
}

const UNEXPECTED: Partial<Record<CheckName, HostCheck['code']>> = {
  version: 'version_too_old',
  pool: 'pool_unusable',
  space: 'space_none',
  network: 'network_cannot_start',
  accelerator: 'no_accelerator',
};
