import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  Link,
  type NamedNetworkEvent,
  NetworkUpdateCommand,
  NetworkUpdateFlag,
  NetworkUpdateSection,
  networkRef,
} from './index.ts';
import { PrivateLibvirtd } from './testing/private-libvirtd.ts';
import { waitUntil } from './testing/wait-until.ts';

const uuid = '3c1d7a52-6a1b-4f0e-9d0c-2b5f8e7a9c33';
const network = networkRef(uuid, 'lab');
const networkXml = `<network>
  <name>lab</name><uuid>${uuid}</uuid><bridge name='lab0'/>
  <ip address='10.77.0.1' netmask='255.255.255.0'><dhcp><range start='10.77.0.10' end='10.77.0.99'/></dhcp></ip>
</network>`;

let libvirtd: PrivateLibvirtd;
let link: Link;

before(async () => {
  libvirtd = await PrivateLibvirtd.start();
  link = new Link({ uri: libvirtd.uri() });
  link.start();
  await link.whenConnected();
});

after(async () => {
  await link.close();
  await libvirtd.stop();
});

test('a network is defined, started, changed and removed, and events say so', async () => {
  const seen: NamedNetworkEvent[] = [];
  link.on('network', (event) => seen.push(event));

  const defined = await link.call('networkDefineXmlFlags', { xml: networkXml, flags: 0 });
  assert.deepEqual(defined.network, network);
  await link.call('networkCreate', { network });
  assert.equal((await link.call('networkIsActive', { network })).active, 1);
  assert.equal((await link.call('networkGetBridgeName', { network })).name, 'lab0');
  await link.call('networkSetAutostart', { network, autostart: 1 });
  assert.equal((await link.call('networkGetAutostart', { network })).autostart, 1);

  const update = {
    network,
    command: NetworkUpdateCommand.addLast,
    section: NetworkUpdateSection.ipDhcpHost,
    parentIndex: -1,
    xml: "<host mac='52:54:00:00:00:01' ip='10.77.0.5'/>",
    flags: NetworkUpdateFlag.live | NetworkUpdateFlag.config,
  };
  await link.call('networkUpdate', update);
  assert.match((await link.call('networkGetXmlDesc', { network, flags: 0 })).xml, /52:54:00:00:00:01/);

  const leases = await link.call('networkGetDhcpLeases', { network, mac: null, needResults: 1, flags: 0 });
  assert.deepEqual(leases, { leases: [], count: 0 });
  const { networks } = await link.call('connectListAllNetworks', { needResults: 1, flags: 0 });
  assert.deepEqual(networks, [network]);

  await link.call('networkDestroy', { network });
  await link.call('networkUndefine', { network });
  await waitUntil(() => seen.length >= 4, { what: 'every event has come' });
  assert.deepEqual(
    seen.map(({ event }) => event),
    ['defined', 'started', 'stopped', 'undefined'],
  );
});

test('filters are defined, listed and removed', async () => {
  const xml = "<filter name='no-one' chain='root'><rule action='drop' direction='in'><all/></rule></filter>";
  const { nwfilter } = await link.call('nwfilterDefineXml', { xml });
  const { nwfilters } = await link.call('connectListAllNwfilters', { needResults: 1, flags: 0 });
  assert.ok(nwfilters.some(({ uuid: id }) => id === nwfilter.uuid));
  assert.match((await link.call('nwfilterGetXmlDesc', { nwfilter, flags: 0 })).xml, /no-one/);
  await link.call('nwfilterUndefine', { nwfilter });
});
