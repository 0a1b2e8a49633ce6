import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { DomainSpec } from '../../platform/hypervisor.ts';
import { readDomainSpec, vncSocketOf } from './domain-reader.ts';
import { FW_CFG_HOSTNAME, FW_CFG_NAME, domainXml } from './domain-xml.ts';
import { guestHostname } from './guest-hostname.ts';
import { someSpec } from './test-spec.ts';
import { type XmlElement, attributeOf, childrenOf, elementsOf, find, parseXml, textIn } from './xml-tree.ts';

// oxlint-disable-next-line no-control-regex -- what the API lets through, and more: all that XML can carry
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u;
const text = fc.oneof(
  fc.string({ unit: 'binary' }).filter((s) => !FORBIDDEN.test(s)),
  fc.constantFrom(
    `"/><disk type='file'><source file='/etc/shadow'/></disk><x y="`,
    ']]></title><title>',
    '&lt;&#x3c;<!--',
    '云"\'桌面\r\n\t🖥️',
  ),
);
const specs: fc.Arbitrary<DomainSpec> = fc.record(
  {
    vmId: fc.uuid(),
    domainName: text,
    name: text,
    description: text,
    ownerId: text,
    ownerName: text,
    templateName: text,
    vcpus: fc.integer({ min: 1, max: 256 }),
    memoryMib: fc.integer({ min: 32, max: 16_777_216 }),
    firmware: fc.constantFrom('bios', 'uefi'),
    accelerator: fc.constantFrom('kvm', 'tcg'),
    diskPath: text,
    cdromPath: fc.option(text),
    network: fc.record(
      { kind: fc.constantFrom('libvirt', 'bridge'), source: text },
      { noNullPrototype: true },
    ),
    macAddress: text,
  },
  { noNullPrototype: true },
);

test('any text in any field is read back as it was, and adds no element', () => {
  fc.assert(
    fc.property(specs, (spec) => {
      const written = domainXml(spec);
      assert.deepEqual(readDomainSpec(written), spec);
      const tame = domainXml({ ...someSpec(), ...choices(spec) });
      assert.deepEqual(shape(parseXml(written)), shape(parseXml(tame)));
    }),
    { numRuns: 500 },
  );
});

/** What changes which elements there are. */
const choices = ({ firmware, accelerator, cdromPath, network }: DomainSpec): Partial<DomainSpec> => ({
  firmware,
  accelerator,
  cdromPath: cdromPath === null ? null : '/cd.iso',
  network: { kind: network.kind, source: 'x' },
});

const shape = (element: XmlElement): unknown => [
  element.name,
  [...element.attributes.keys()],
  elementsOf(element).map(shape),
];

test('the screen listens on a unix socket alone, without a keymap, and the pointer is a tablet', () => {
  const devices = find(parseXml(domainXml(someSpec())), 'devices');
  const [graphics, ...others] = childrenOf(devices, 'graphics');
  assert.deepEqual(others, []);
  assert.deepEqual([...(graphics?.attributes ?? [])], [['type', 'vnc']]);
  assert.deepEqual(
    childrenOf(graphics, 'listen').map((l) => [...l.attributes]),
    [[['type', 'socket']]],
  );
  assert.ok(
    childrenOf(devices, 'input').some(
      (i) => attributeOf(i, 'type') === 'tablet' && attributeOf(i, 'bus') === 'usb',
    ),
  );
});

test('every disk names its format, so nothing is probed', () => {
  const domain = parseXml(domainXml({ ...someSpec(), cdromPath: '/images/设置.iso' }));
  assert.deepEqual(
    childrenOf(find(domain, 'devices'), 'disk').map((d) => attributeOf(find(d, 'driver'), 'type')),
    ['qcow2', 'raw'],
  );
});

test('the guest is told its name, and a host name made from it', () => {
  const domain = parseXml(domainXml({ ...someSpec(), name: 'Büro, 1' }));
  const told = childrenOf(domain, 'sysinfo')
    .flatMap((s) => childrenOf(s, 'entry'))
    .map((e) => [attributeOf(e, 'name'), textIn(e)]);
  assert.deepEqual(told, [
    [FW_CFG_NAME, 'Büro, 1'],
    [FW_CFG_HOSTNAME, 'buro-1'],
  ]);
});

const hostnames = [
  ['web-1', 'web-1'],
  ['Web 1!', 'web-1'],
  ['é'.repeat(70), 'e'.repeat(63)],
  [`${'a'.repeat(62)}-b`, 'a'.repeat(62)],
  ['桌面', 'vm-0b8e3a52'],
  ['--', 'vm-0b8e3a52'],
] as const;
for (const [name, hostname] of hostnames) {
  test(`the host name of "${name}" is ${hostname}`, () => {
    assert.equal(guestHostname(name, '0b8e3a52-0000-4000-8000-000000000000'), hostname);
  });
}

test('a domain without our metadata, or with that of another VM, is not ours', () => {
  const written = domainXml(someSpec());
  assert.equal(readDomainSpec(written.replace(/<metadata>.*<\/metadata>/su, '')), null);
  assert.equal(readDomainSpec(written.replaceAll('loucloud.net/xmlns', 'example.org/xmlns')), null);
  assert.equal(readDomainSpec(written.replace(/<uuid>./u, '<uuid>f')), null);
});

test('the VNC socket is taken from the listener of type socket, never from an address', () => {
  const live = (listen: string) =>
    parseXml(`<domain><devices><graphics type='vnc'>${listen}</graphics></devices></domain>`);
  assert.equal(vncSocketOf(live(`<listen type='socket' socket='/run/vnc.sock'/>`)), '/run/vnc.sock');
  assert.equal(vncSocketOf(live(`<listen type='socket'/>`)), null);
  assert.equal(vncSocketOf(live(`<listen type='address' address='0.0.0.0'/>`)), null);
});
