/**
 * Over MySQL, where others change hosts too and nobody tells: the hosts as they were found a moment ago, less what was
 * given away here since. Good enough to choose by; whoever chooses looks at the chosen one as it is now, and reserves as
 * always. To read two hundred hosts for each VM costs more than all else, and all would choose the same one at a time.
 */
import type { Tx } from '../../platform/database/database.ts';
import type { HostAmounts } from '../../platform/reservations/reservation-store.ts';
import { type CandidateHost, type WantedImage, candidateStore, toCandidate } from './candidate-store.ts';
import type { Candidate } from './placement.ts';

const KEPT_MS = 1000;

export class RecentCandidates {
  #hosts = new Map<string, CandidateHost>();
  #readAt = -Infinity;

  /** Every host, as a VM from that image would have found it within the last second. */
  async forImage({ sql }: Tx, image: WantedImage): Promise<Candidate[]> {
    const now = performance.now();
    if (now - this.#readAt > KEPT_MS) {
      this.#readAt = now; // who comes meanwhile takes what there is
      const found = await candidateStore.hosts(sql, null);
      this.#hosts = new Map(found.map((one) => [one.host.id, one]));
    }
    return [...this.#hosts.values()].map((host) => toCandidate(host, image));
  }

  /** A VM is about to go there. */
  take(hostId: string, { vcpus, memoryMib, diskBytes }: HostAmounts): void {
    const known = this.#hosts.get(hostId);
    if (!known) return;
    const { host } = known;
    const less = {
      freeVcpus: host.freeVcpus - vcpus,
      freeMemoryMib: host.freeMemoryMib - memoryMib,
      freeDiskBytes: host.freeDiskBytes - diskBytes,
      vmCount: host.vmCount + 1,
    };
    this.#hosts.set(hostId, { ...known, host: { ...host, ...less } });
  }
}
