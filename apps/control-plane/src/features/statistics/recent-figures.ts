/** The last minutes of an object, wherever they are kept. */
import { Ring } from './ring.ts';

export interface RecentFigures {
  readonly live: Ring | null;
  readonly minute: Ring | null;
}

export const NOTHING_RECENT: RecentFigures = { live: null, minute: null };

const BETWEEN = '\n';

export const packedFigures = ({ live, minute }: RecentFigures): string =>
  [live?.packed() ?? '', minute?.packed() ?? ''].join(BETWEEN);

export function unpackedFigures(text: string): RecentFigures {
  const [live = '', minute = ''] = text.split(BETWEEN);
  return { live: Ring.unpacked(live), minute: Ring.unpacked(minute) };
}
