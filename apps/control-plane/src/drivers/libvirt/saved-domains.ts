/**
 * Which of a host's domains have a saved memory image. To ask for one of them is a slow call, so all are listed; and as
 * libvirt looks at each for that, also at those that are just starting, many who ask together share a listing.
 */
import { ListDomainsFlag } from '@loucloud/libvirt';
import type { Calls } from './host-link.ts';

export class SavedDomains {
  #running: Promise<ReadonlySet<string>> | undefined;
  #next: Promise<ReadonlySet<string>> | undefined;

  /** What is so now, or was a moment after it was asked. */
  async list(host: Calls): Promise<ReadonlySet<string>> {
    if (!this.#running) return this.#begin(host);
    // The one that runs may have passed what has changed since: the one after it is everybody's who asks meanwhile.
    this.#next ??= this.#running.then(
      () => this.#begin(host),
      () => this.#begin(host),
    );
    return this.#next.catch(() => read(host)); // it ended with its caller's deadline, which is not ours
  }

  #begin(host: Calls): Promise<ReadonlySet<string>> {
    this.#next = undefined;
    const running = read(host).finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}

async function read(host: Calls): Promise<ReadonlySet<string>> {
  const flags = ListDomainsFlag.managedSave;
  const { domains } = await host.call('connectListAllDomains', { needResults: 1, flags });
  return new Set(domains.map(({ uuid }) => uuid));
}
