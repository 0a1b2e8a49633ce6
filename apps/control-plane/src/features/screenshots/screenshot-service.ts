/**
 * Small pictures of VMs' screens. However many look, a screen is taken once in some seconds, and each host takes only a
 * few at a time: whoever would wait long gets the last picture there was. A browser has few connections, and those that
 * wait for pictures of a host that hangs would be missed by all else.
 */
import type { ActionVerdict, Screenshot } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import { UserError } from '../../platform/errors.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';
import { HostTurns } from './host-turns.ts';
import { ThumbnailMaker } from './thumbnail-maker.ts';

/** A VM that the caller may look at; `verdict`: whether its desktop can be opened now. */
export interface LookedAt {
  readonly hostId: string;
  readonly runId: string | null;
  readonly verdict: ActionVerdict;
}

interface Deps {
  readonly host: (hostId: string) => Pick<HostDriver, 'screenshot'>;
  /** Throws `not_found` for what is not the caller's. */
  readonly lookAt: (vmId: string, caller: Caller) => Promise<LookedAt>;
  readonly now?: () => number;
  readonly lateMs?: number;
}

interface Taken {
  readonly reply: Screenshot;
  readonly runId: string | null;
  readonly at: number;
}

/** A picture is good for so long; for one that waits for its turn an older one does too. */
const FRESH_MS = 4000;
const STALE_MS = 60_000;
/** Pictures kept: of some tens of KiB each. */
const KEPT_MAX = 300;
const AT_ONCE = 2;
/** More than a wall shows at once. */
const WAITING_MAX = 80;
/** A picture takes some tens of ms. */
const LATE_MS = 1000;

export type ScreenshotService = ReturnType<typeof screenshotService>;

export function screenshotService({ host, lookAt, now = Date.now, lateMs = LATE_MS }: Deps) {
  const maker = new ThumbnailMaker();
  const turns = new HostTurns<Screenshot>({ atOnce: AT_ONCE, waitingMax: WAITING_MAX, lateMs });
  /** The last pictures, the oldest first. */
  const kept = new Map<string, Taken>();

  async function take(vmId: string, { hostId, runId }: LookedAt): Promise<Screenshot> {
    try {
      const screen = await host(hostId).screenshot(vmId);
      const picture = screen && (await maker.make(screen));
      return keep(vmId, runId, picture ? pictureOf(picture, now()) : without('no_screen'));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return without(reasonOf(error));
    }
  }

  function keep(vmId: string, runId: string | null, reply: Screenshot): Screenshot {
    kept.delete(vmId);
    kept.set(vmId, { reply, runId, at: now() });
    for (const [id, { at }] of kept) {
      if (kept.size <= KEPT_MAX && now() - at < STALE_MS) break;
      kept.delete(id);
    }
    return reply;
  }

  function lastOf(vmId: string, runId: string | null, withinMs: number): Screenshot | null {
    const last = kept.get(vmId);
    return last?.runId === runId && now() - last.at < withinMs ? last.reply : null;
  }

  return {
    async of(vmId: string, caller: Caller): Promise<Screenshot> {
      const vm = await lookAt(vmId, caller);
      if (vm.verdict !== 'ok') return without(reasonOfVerdict(vm.verdict));
      const fresh = lastOf(vmId, vm.runId, FRESH_MS);
      if (fresh) return fresh;
      const taken = await turns.take(vm.hostId, vmId, () => take(vmId, vm));
      return taken ?? lastOf(vmId, vm.runId, STALE_MS) ?? without('busy');
    },

    stop: (): Promise<void> => maker.stop(),
  };
}

const pictureOf = (png: Uint8Array, at: number): Screenshot => ({
  picture: `data:image/png;base64,${Buffer.from(png).toString('base64')}`,
  takenAt: new Date(at).toISOString(),
  reason: null,
});

const without = (reason: NonNullable<Screenshot['reason']>): Screenshot => ({
  picture: null,
  takenAt: null,
  reason,
});

function reasonOfVerdict(verdict: ActionVerdict): NonNullable<Screenshot['reason']> {
  if (verdict === 'no_desktop') return 'no_screen';
  return verdict === 'host_unreachable' ? 'host_away' : 'off';
}

/** It may have gone off meanwhile; what else a host refuses is a screen that it cannot show. */
function reasonOf({ code }: UserError): NonNullable<Screenshot['reason']> {
  if (code === 'host_unreachable' || code === 'deadline_exceeded') return 'host_away';
  return code === 'libvirt_refused' ? 'no_screen' : 'off';
}
