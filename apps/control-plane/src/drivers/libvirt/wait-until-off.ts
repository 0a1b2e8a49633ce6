import { DomainState, type Link } from '@loucloud/libvirt';
import { domainState } from './domain-status.ts';
import { callsWithin } from './host-link.ts';

/** In case an event was lost with a connection. */
const LOOK_AGAIN_MS = 10_000;
const LOOK_MS = 5000;

/** True once the domain is off or gone, false after that time or at the abort. Woken by libvirt's events. */
export async function waitUntilOff(
  link: Link,
  vmId: string,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<boolean> {
  const deadlineAt = performance.now() + timeoutMs;
  let wake = () => {};
  const offs = [
    link.on('domain', (event) => {
      if (event.domain.uuid === vmId && event.type === 'lifecycle') wake();
    }),
    link.on('connected', () => wake()),
  ];
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for (;;) {
      // Armed before looking: an event that comes meanwhile is not lost.
      const woken = new Promise<void>((resolve) => (wake = resolve));
      if (signal.aborted || link.state === 'closed') return false;
      if (await isOff(link, vmId)) return true;
      const leftMs = deadlineAt - performance.now();
      if (leftMs <= 0) return false;
      const timer = setTimeout(() => wake(), Math.min(leftMs, LOOK_AGAIN_MS));
      await woken;
      clearTimeout(timer);
    }
  } finally {
    for (const off of offs) off();
    signal.removeEventListener('abort', onAbort);
  }
}

/** While the host cannot be asked, the answer is no: unreachable is not off. */
async function isOff(link: Link, vmId: string): Promise<boolean> {
  if (link.state !== 'connected') return false;
  try {
    const now = await domainState(callsWithin(link, LOOK_MS), vmId);
    return now === null || now.state === DomainState.shutoff;
  } catch {
    return false;
  }
}
