import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HostContents } from '../../platform/hypervisor.ts';
import { leftoversOf, vmIdOf } from './leftovers-of.ts';

const ID = '0b8e3a52-5b1c-4f0e-9a53-5d1f6f0f7b11';
const file = (name: string, backingPath: string | null = null) => ({
  name,
  path: `/pool/${name}`,
  sizeBytes: 1,
  changedAt: 0,
  backingPath,
});
const contents = (volumes: HostContents['volumes'], used: string[] = []): HostContents => ({
  volumes,
  usedPaths: new Set(used),
  domains: [],
});
const nothing = {
  vmIds: new Set<string>(),
  diskVmIds: new Set<string>(),
  paths: new Set<string>(),
  copyNames: new Set<string>(),
};
const names = ({ volumes }: ReturnType<typeof leftoversOf>) => volumes.map(({ name }) => name);

test('a file that no row and no domain knows is a leftover', () => {
  assert.deepEqual(names(leftoversOf(contents([file('a.img'), file(`${ID}.qcow2`)]), nothing)), [
    'a.img',
    `${ID}.qcow2`,
  ]);
});

test('the files of a VM that has a row are not, though its domain is gone', () => {
  const known = { ...nothing, diskVmIds: new Set([ID]) };
  assert.deepEqual(names(leftoversOf(contents([file(`${ID}.qcow2`), file(`${ID}.core`)]), known)), []);
});

test('what a domain of anybody uses is not, nor what that rests on, however deep', () => {
  const volumes = [file('top', '/pool/middle'), file('middle', '/pool/base'), file('base'), file('other')];
  assert.deepEqual(names(leftoversOf(contents(volumes, ['/pool/top']), nothing)), ['other']);
});

test('what the disk of a missing VM rests on is not', () => {
  const known = { ...nothing, diskVmIds: new Set([ID]) };
  const volumes = [file(`${ID}.qcow2`, '/pool/base'), file('base')];
  assert.deepEqual(names(leftoversOf(contents(volumes), known)), []);
});

test('a registered image is not', () => {
  const known = { ...nothing, paths: new Set(['/pool/starter.qcow2']) };
  assert.deepEqual(names(leftoversOf(contents([file('starter.qcow2')]), known)), []);
});

test('an image’s copy is not, whole or on its way', () => {
  const known = { ...nothing, copyNames: new Set(['image-1.a.qcow2']) };
  assert.deepEqual(names(leftoversOf(contents([file('image-1.a.qcow2'), file('image-2.a.qcow2')]), known)), [
    'image-2.a.qcow2',
  ]);
});

test('a domain with our metadata is one while no row is its', () => {
  const domain = {
    vmId: ID,
    domainName: 'web',
    isActive: false,
    name: 'web',
    ownerId: '',
    ownerName: '',
    templateName: '',
  };
  const there = { ...contents([]), domains: [domain] };
  assert.deepEqual(leftoversOf(there, nothing).domains, [domain]);
  assert.deepEqual(leftoversOf(there, { ...nothing, vmIds: new Set([ID]) }).domains, []);
});

test('a file’s name tells its VM only if LouCloud gave it', () => {
  assert.equal(vmIdOf(`${ID}.core`), ID);
  assert.equal(vmIdOf(`${ID}.qcow2.bak`), null);
  assert.equal(vmIdOf('web.qcow2'), null);
});
