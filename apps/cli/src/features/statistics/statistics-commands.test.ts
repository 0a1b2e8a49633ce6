import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Statistics } from '@loucloud/api';
import { loucloud } from '../../testing/command.ts';
import { page, sampleVm } from '../../testing/samples.ts';
import { TableServer } from '../../testing/table-server.ts';

const known: Statistics = {
  from: '2026-11-22T10:00:00.000Z',
  pitchSeconds: 60,
  cpuCores: [null, 1.5],
  memoryBytes: [null, 2 ** 31],
  diskReadBytesPerSecond: [null, 0],
  diskWrittenBytesPerSecond: [null, 4096],
  receivedBytesPerSecond: [null, 1536],
  sentBytesPerSecond: [null, 10],
};

test('what a VM has used is a row for each time; what is not known is no zero', async () => {
  await using server = await TableServer.start({
    vmList: () => page([sampleVm()]),
    vmStatistics: () => known,
  });
  const argv = ['vm', 'statistics', 'web-1', '--range', 'day'];
  const { stdout } = await loucloud(argv, { server, env: { TZ: 'UTC' } });
  assert.deepEqual(
    stdout.split('\n').map((line) => line.split(/ {2,}/)),
    [
      ['TIME', 'CORES', 'MEMORY', 'READ/S', 'WRITTEN/S', 'RECEIVED/S', 'SENT/S'],
      ['2026-11-22 10:00:00', '–', '–', '–', '–', '–', '–'],
      ['2026-11-22 10:01:00', '1.50', '2 GiB', '0 B', '4 KiB', '1.5 KiB', '10 B'],
      [''],
    ],
  );
  assert.deepEqual(server.requests('vmStatistics')[0]?.query, { range: 'day' });
  const json = await loucloud([...argv, '--json'], { server });
  assert.deepEqual(JSON.parse(json.stdout), known);
});
