import assert from 'node:assert/strict';
import { test } from 'node:test';
import { translator } from '../../app/i18n.ts';
import { quotaMessages } from '../../words/nouns.messages.ts';
import { changeLines, minutesText } from './setting-text.ts';
import { settingsMessages } from './settings.messages.ts';

const words = {
  t: translator(settingsMessages, 'en'),
  resources: translator(quotaMessages, 'en'),
  number: String,
  amount: (resource: string, value: number) => `${value} ${resource}`,
  networkName: (id: string) => `network ${id}`,
};

test('minutes are shown in the largest unit without a fraction', () => {
  assert.equal(minutesText(1440, words.t), '1 day');
  assert.equal(minutesText(720, words.t), '12 hours');
  assert.equal(minutesText(90, words.t), '90 minutes');
});

test('of a changed quota only the limits that differ are shown', () => {
  const quota = { vms: 10, runningVms: 5, vcpus: 10, memoryMib: 16_384, diskBytes: 2 ** 30 };
  const lines = changeLines('defaultQuota', quota, { ...quota, memoryMib: 1024, vms: 0 }, words);
  assert.deepEqual(lines, ['VMs: 10 vms → 0 vms', 'Memory: 16384 memoryMib → 1024 memoryMib']);
});

test('a network is shown by its name, and none as none', () => {
  assert.deepEqual(changeLines('defaultNetworkId', null, 'n1', words), ['None → network n1']);
});
