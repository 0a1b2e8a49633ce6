import type { Event, HostHealth } from '@loucloud/api';

/** When its health became what it is; the newest events come first. null where they do not tell. */
export function healthSince(
  events: readonly Pick<Event, 'at' | 'details'>[],
  health: HostHealth,
): string | null {
  const other = events.findIndex(({ details }) => details['health'] !== health);
  return events[(other < 0 ? events.length : other) - 1]?.at ?? null;
}
