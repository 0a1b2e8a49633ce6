import type { Scenario } from '../scenario.ts';
import { createRefused } from './create-refused.ts';
import { driftBehindOurBack } from './drift.ts';
import { eventsLost } from './events-lost.ts';
import { flapping } from './flapping.ts';
import { halfCutOff } from './half-cut-off.ts';
import { halfFrozen } from './half-frozen.ts';
import { halfHangs } from './half-hangs.ts';
import { halfSlow } from './half-slow.ts';
import { openHangs } from './open-hangs.ts';
import { otherState } from './other-state.ts';
import { repliesLost } from './replies-lost.ts';
import { restartDuringCreates } from './restart-during-creates.ts';
import { undoneWhenBack } from './undone-when-back.ts';
import { waiting } from './waiting.ts';
import { workersHang } from './workers-hang.ts';

export const scenarios: readonly Scenario[] = [
  halfHangs,
  halfFrozen,
  halfCutOff,
  halfSlow,
  flapping,
  restartDuringCreates,
  repliesLost,
  eventsLost,
  driftBehindOurBack,
  createRefused,
  openHangs,
  otherState,
  undoneWhenBack,
  waiting,
  workersHang,
];
