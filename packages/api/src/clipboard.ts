/** Text between a guest's desktop and whoever looks at it. It goes the way of the screen; here is whether it arrives. */
import type { Static } from 'typebox';
import { endpoints } from './endpoint.ts';
import { Id, object, oneOf } from './schemas.ts';

/** `none`: the VM has none, or does not run. `no_agent`: nothing in its guest has opened it. */
export const clipboardStates = ['none', 'no_agent', 'ready'] as const;
export type ClipboardState = (typeof clipboardStates)[number];

export const GuestClipboard = object({ state: oneOf(clipboardStates) });
export type GuestClipboard = Static<typeof GuestClipboard>;

export const clipboardEndpoints = endpoints({
  vmClipboard: {
    method: 'GET',
    path: '/vms/:vmId/clipboard',
    access: 'owner',
    tag: 'vms',
    summary: 'Whether the VM’s guest shares its clipboard with its desktop',
    params: object({ vmId: Id }),
    reply: GuestClipboard,
  },
});
