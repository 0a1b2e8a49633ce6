import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorNumber, LibvirtError } from '@loucloud/libvirt';
import { refuse } from '@loucloud/libvirt/testing';
import { withFakeHost } from './test-fake-host.ts';
import { undefine } from './undefine.ts';

const VM = '0b8e3a52-5b1c-4f0e-9a53-5d1f6f0f7b11';

/** The flags it was asked with, by a libvirt that knows only `known`. */
async function flagsAsked(known: number): Promise<number[]> {
  const asked: number[] = [];
  await withFakeHost(
    {
      domainUndefineFlags: ({ flags }) => {
        asked.push(flags);
        if (flags & ~known) throw refuse(ErrorNumber.invalidArgument, 'unsupported flags');
        return {};
      },
    },
    (host) => undefine(host, VM),
  );
  return asked;
}

test('everything goes with the domain, as far as its libvirt knows', async () => {
  assert.deepEqual(await flagsAsked(0xff), [55]);
  assert.deepEqual(await flagsAsked(0x1f), [55, 23]);
  assert.deepEqual(await flagsAsked(3), [55, 23, 3]);
  await assert.rejects(flagsAsked(0), LibvirtError);
});

test('a domain that is not there is undefined already', async () => {
  const domainUndefineFlags = () => {
    throw refuse(ErrorNumber.noDomain, 'no domain with matching uuid');
  };
  await withFakeHost({ domainUndefineFlags }, (host) => undefine(host, VM));
});
