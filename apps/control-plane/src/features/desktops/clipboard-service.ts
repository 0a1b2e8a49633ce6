/** Whether a guest shares its clipboard. The text itself goes with the screen's bytes. */
import type { ActionVerdict, GuestClipboard } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import type { HostDriver } from '../../platform/hypervisor.ts';

interface Deps {
  readonly host: (hostId: string) => Pick<HostDriver, 'clipboard'>;
  /** Throws `not_found` for what is not the caller's. `verdict`: whether its desktop can be opened now. */
  readonly lookAt: (
    vmId: string,
    caller: Caller,
  ) => Promise<{ readonly hostId: string; readonly verdict: ActionVerdict }>;
}

export type ClipboardService = ReturnType<typeof clipboardService>;

export const clipboardService = ({ host, lookAt }: Deps) => ({
  async of(vmId: string, caller: Caller): Promise<GuestClipboard> {
    const { hostId, verdict } = await lookAt(vmId, caller);
    return { state: verdict === 'ok' ? await host(hostId).clipboard(vmId) : 'none' };
  },
});
