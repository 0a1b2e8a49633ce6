/** Classes, over users, VMs and their screens. */
import { classExpiry } from '../features/classes/class-expiry.ts';
import { classAct } from '../features/classes/class-operations.ts';
import { classService } from '../features/classes/class-service.ts';
import { classVms } from '../features/classes/class-vms-service.ts';
import { newUsers } from '../features/users/new-users.ts';
import { vmsOfClass } from '../features/vms/vms-of-class.ts';
import type { Ground } from './ground.ts';
import type { Machines } from './machines.ts';
import type { Pool } from './pool.ts';
import type { Screens } from './screens.ts';
export function classesOf(
  { database, events, engine, settings }: Ground,
  { copies }: Pick<Pool, 'copies'>,
  { vms }: Pick<Machines, 'vms'>,
  { desktops, screenshots }: Pick<Screens, 'desktops' | 'screenshots'>,
) {
  const classedVms = vmsOfClass({ vms, settings });
  const classes = classService({ database, events, users: newUsers({ events }), vms: classedVms });
  const classWork = classAct({ database, events, vms: classedVms });
  const classesVms = classVms({
    database,
    engine,
    classes,
    vms: classedVms,
    images: {
      async bring(imageId, hostId, caller) {
        const { items } = await copies.prefetch(imageId, [hostId], caller);
        return items[0]?.operationId ?? null;
      },
    },
    screens: {
      ticket: (vmId, caller) => desktops.issue('desktop', vmId, { ...caller, isAdmin: true }, true),
      picture: (vmId, caller) => screenshots.of(vmId, { ...caller, isAdmin: true }),
    },
    operation: classWork,
  });
  const expiry = classExpiry({ database, classes, vms: classedVms });

  return { classes, classesVms, expiry, work: [classWork] };
}
