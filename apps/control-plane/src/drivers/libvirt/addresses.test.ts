import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AddressSource, ErrorNumber, type ReplyOf } from '@loucloud/libvirt';
import { refuse } from '@loucloud/libvirt/testing';
import { readAddresses } from './addresses.ts';
import { withFakeHost } from './test-fake-host.ts';

type Interfaces = ReplyOf<'domainInterfaceAddresses'>['interfaces'];
const nic = (name: string, ...addresses: readonly string[]): Interfaces[number] => ({
  name,
  mac: '52:54:00:12:34:56',
  addresses: addresses.map((address) => ({ type: address.includes(':') ? 1 : 0, address, prefix: 24 })),
});

async function addressesOf(leased: Interfaces, agent: { state: string; answer: Interfaces | null }) {
  const asked: number[] = [];
  const found = await withFakeHost(
    {
      domainInterfaceAddresses: ({ source }) => {
        asked.push(source);
        if (source === AddressSource.lease) return { interfaces: leased };
        if (!agent.answer) throw refuse(ErrorNumber.agentUnresponsive, 'Guest agent is not responding');
        return { interfaces: agent.answer };
      },
      domainGetXmlDesc: () => ({
        xml: `<domain><devices><channel type='unix'>
          <target type='virtio' name='org.qemu.guest_agent.0' state='${agent.state}'/>
        </channel></devices></domain>`,
      }),
    },
    (host) => readAddresses(host, '0b8e3a52-5b1c-4f0e-9a53-5d1f6f0f7b11'),
  );
  return { ...found, asked };
}

const noAgent = { state: 'disconnected', answer: null };

test('a lease is enough: the guest is not asked', async () => {
  const found = await addressesOf([nic('vnet0', '192.168.122.5')], {
    state: 'connected',
    answer: [nic('eth0', '10.0.0.1')],
  });
  assert.deepEqual(found.addresses, ['192.168.122.5']);
  assert.deepEqual(found.asked, [AddressSource.lease]);
});

test('without a lease its agent knows, if it is there: IPv4 first, nothing that only the guest itself can use', async () => {
  const found = await addressesOf([], {
    state: 'connected',
    answer: [
      nic('lo', '127.0.0.1', '::1'),
      nic('eth0', 'fe80::1', '2001:db8::5', '10.0.0.5', '169.254.1.1', '10.0.0.5'),
    ],
  });
  assert.deepEqual(found.addresses, ['10.0.0.5', '2001:db8::5']);
});

test('an agent that is not connected is not waited for', async () => {
  assert.deepEqual(await addressesOf([], noAgent), {
    addresses: [],
    hasNoAgent: true,
    asked: [AddressSource.lease],
  });
});

test('an agent that does not answer is no error', async () => {
  assert.deepEqual((await addressesOf([], { state: 'connected', answer: null })).addresses, []);
});
