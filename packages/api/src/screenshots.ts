/** Small pictures of VMs' screens, for lists and walls. */
import { type Static, Type } from 'typebox';
import { endpoints } from './endpoint.ts';
import { Id, Time, nullable, object, oneOf } from './schemas.ts';

/** Why there is no picture. `busy`: its server has too many to take; ask again later. */
export const screenshotReasons = ['off', 'no_screen', 'host_away', 'busy'] as const;

export const Screenshot = object({
  /** A data: URL, at most 320 pixels wide. */
  picture: nullable(Type.String()),
  takenAt: nullable(Time),
  reason: nullable(oneOf(screenshotReasons)),
});
export type Screenshot = Static<typeof Screenshot>;

export const screenshotEndpoints = endpoints({
  vmScreenshot: {
    method: 'GET',
    path: '/vms/:vmId/screenshot',
    access: 'owner',
    tag: 'vms',
    summary: 'What is on the VM’s screen, small, and a few seconds old at most',
    params: object({ vmId: Id }),
    reply: Screenshot,
  },
});
