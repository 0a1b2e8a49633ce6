/** What of the events a member may see; the admin sees them whole. */
import type { Event, OperationProgress } from '@loucloud/api';

/** null: not for this member. Other people's names, addresses and doings are left out. */
export function eventForMember(event: Event, userId: string): Event | null {
  if (event.ownerId === userId) {
    const isOwnDoing = event.actorId === userId;
    const details = event.type === 'vm.transferred' ? {} : event.details;
    return isOwnDoing
      ? { ...event, details }
      : { ...event, actorId: null, actorName: null, address: null, details };
  }
  // Lists are read again. Which template it was is not said: it may not be visible to this member; nor which server.
  const isForAll = event.type.startsWith('template.') || event.type === 'host.healthChanged';
  if (event.ownerId === null && isForAll)
    return { ...event, actorId: null, actorName: null, address: null, objectName: '', details: {} };
  return null;
}

export const isProgressOf = (progress: OperationProgress, userId: string): boolean =>
  progress.ownerId === userId;
