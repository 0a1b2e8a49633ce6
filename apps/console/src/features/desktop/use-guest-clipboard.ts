import type { ClipboardState } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';

export interface GuestClipboard {
  readonly state: ClipboardState;
  readonly put: (text: string) => Promise<void>;
}

/** An agent comes with the guest's desktop, and goes with it. */
const AGAIN_MS = 5000;

/** What the guest makes of text for its clipboard, asked of its host only while somebody might send some. */
export function useGuestClipboard(
  vmId: string,
  { isAsked, put }: { readonly isAsked: boolean; readonly put: GuestClipboard['put'] },
): GuestClipboard {
  const { data } = useQuery({
    ...query('vmClipboard', { params: { vmId } }),
    enabled: isAsked,
    staleTime: AGAIN_MS,
    refetchInterval: isAsked && AGAIN_MS,
  });
  return { state: data?.state ?? 'none', put };
}
