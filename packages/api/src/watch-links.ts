/** Links by which others watch a VM's screen: whoever is logged in and has one sees it, and can do nothing to it. */
import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { Id, Nothing, Time, object } from './schemas.ts';
import { ConsoleTicket } from './vms.ts';

export const WatchLink = object({
  id: Id,
  createdByName: Type.String(),
  createdAt: Time,
  expiresAt: Time,
});
export type WatchLink = Static<typeof WatchLink>;

/** The link's last part, which only its maker is told, once. */
const Secret = Type.String({ minLength: 1, maxLength: 200 });
const vmId = object({ vmId: Id });

/** The console's page; the secret stands behind `#`, which no server gets to see. */
export const watchPathOf = (secret: string): string => `/watch#${secret}`;

/** What is sent as text on a desktop's WebSocket, beside its bytes, to whoever asks for it (subprotocol `watchers`). */
export interface Watchers {
  /** People besides oneself. */
  readonly others: number;
  /** Who they are, for those who may do more than watch. */
  readonly names: readonly string[];
}
export const WATCHERS_PROTOCOL = 'watchers';

export const watchLinkEndpoints = endpoints({
  watchLinkCreate: {
    method: 'POST',
    path: '/vms/:vmId/watch-links',
    access: 'owner',
    tag: 'vms',
    status: 201,
    summary: 'A link by which anybody who is logged in may watch the VM’s screen, for a time',
    params: vmId,
    body: object({ hours: Type.Integer({ minimum: 1, maximum: 24 * 366 }) }),
    reply: object({ link: WatchLink, secret: Secret }),
  },
  watchLinkList: {
    method: 'GET',
    path: '/vms/:vmId/watch-links',
    access: 'owner',
    tag: 'vms',
    summary: 'The links to a VM’s screen that are good now',
    params: vmId,
    reply: object({ items: Type.Array(WatchLink) }),
  },
  watchLinkRevoke: {
    method: 'DELETE',
    path: '/vms/:vmId/watch-links/:linkId',
    access: 'owner',
    tag: 'vms',
    status: 204,
    summary: 'End a link, and the screens that are open by it; one that is gone is no error',
    params: object({ vmId: Id, linkId: Id }),
    reply: Nothing,
  },
  watchDesktop: {
    method: 'POST',
    path: '/watch',
    access: 'user',
    tag: 'vms',
    status: 201,
    summary: 'A ticket to the screen that a link leads to, to watch only',
    body: object({ secret: Secret }),
    reply: object({ ...ConsoleTicket.properties, vmName: Type.String() }),
  },
});
