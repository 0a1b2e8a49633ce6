/** What LouCloud does with hosts that are slow, dead, or not what they were. One libvirtd plays them all. */
import { describe, test } from 'node:test';
import { play } from './scenario-run.ts';
import { scenarios } from './scenarios/all.ts';

// They mostly wait.
describe('the fleet', { concurrency: 4 }, () => {
  for (const scenario of scenarios) test(scenario.name, () => play(scenario));
});
