import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorNumber } from '@loucloud/libvirt';
import { refuse } from '@loucloud/libvirt/testing';
import { takeScreenshot } from './screenshot.ts';
import { withFakeHost } from './test-fake-host.ts';

const VM = '0b8e3a52-5b1c-4f0e-9a53-5d1f6f0f7b11';

test('a picture comes whole', async () => {
  const pieces = [Buffer.alloc(200_000, 1), Buffer.alloc(300_000, 2)];
  const picture = await withFakeHost(
    {
      domainScreenshot: (_args, stream) => {
        for (const piece of pieces) stream.write(piece);
        stream.end();
        return { mime: 'image/png' };
      },
    },
    (host) => takeScreenshot(host, VM),
  );
  assert.ok(picture && Buffer.concat(pieces).equals(picture));
});

test('a guest without a screen has no picture, and one that is off refuses', async () => {
  const asked = (number: number) =>
    withFakeHost(
      {
        domainScreenshot: () => {
          throw refuse(number, 'no');
        },
      },
      (host) => takeScreenshot(host, VM),
    );
  assert.equal(await asked(ErrorNumber.operationUnsupported), null);
  await assert.rejects(asked(ErrorNumber.operationInvalid), { number: ErrorNumber.operationInvalid });
});
