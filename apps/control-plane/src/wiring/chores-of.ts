/** What is done again and again. */
import { type Chore } from '../chores.ts';
import type { Parts } from './parts.ts';
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const TAKE_UP_MS = 5000;

export const choresOf = ({
  engine,
  sessions,
  copies,
  bin,
  leftovers,
  statistics,
  expiry,
}: Parts): Chore[] => [
  // What was committed and not heard of, by this control plane or from another one.
  { everyMs: TAKE_UP_MS, run: () => engine.resume(), complaint: 'operations are not looked for' },
  { everyMs: MINUTE_MS, run: () => sessions.purgeExpired(), complaint: 'expired sessions stay' },
  { everyMs: HOUR_MS, run: () => copies.ageOut(), complaint: 'unused copies of images stay', isPools: true },
  { everyMs: HOUR_MS, run: () => bin.purgeDue(), complaint: 'the recycle bin stays as it is', isPools: true },
  { everyMs: 10 * MINUTE_MS, run: () => statistics.write(), complaint: 'statistics are not written down' },
  {
    everyMs: 5000,
    run: () => statistics.tellPeers(),
    complaint: 'statistics are not told to other control planes',
  },
  { everyMs: HOUR_MS, run: async () => statistics.forgetOld(), complaint: 'old statistics stay in memory' },
  { everyMs: HOUR_MS, run: () => statistics.prune(), complaint: 'old statistics stay', isPools: true },
  { everyMs: MINUTE_MS, run: () => expiry.run(), complaint: 'classes do not expire', isPools: true },
  {
    everyMs: 10 * MINUTE_MS,
    run: async () => {
      if (await leftovers.isSweepDue()) await leftovers.sweep();
    },
    complaint: 'the servers were not swept for leftovers',
    isPools: true,
  },
];
