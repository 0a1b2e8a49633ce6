/** What a test node has, in the test driver's own words. */
import { posix } from 'node:path';

export const FLEET_POOL = 'loucloud';

export interface NodeDescription {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  /** A file of this machine that the host has too, as shared storage. */
  readonly image: { readonly path: string; readonly sizeBytes: number };
}

/** No other host has it: what is attached to it goes nowhere else. */
export const ownNetworkOf = (hostName: string): string => `only-${hostName}`;

export const nodeXml = ({ name, vcpus, memoryMib, image }: NodeDescription): string => `<node>
  <cpu>
    <mhz>3000</mhz>
    <model>x86_64</model>
    <active>${vcpus}</active>
    <nodes>1</nodes>
    <sockets>1</sockets>
    <cores>${vcpus}</cores>
    <threads>1</threads>
  </cpu>
  <memory>${memoryMib * 1024}</memory>
  <network>
    <name>default</name>
    <bridge name="virbr0"/>
    <forward/>
    <ip address="192.168.122.1" netmask="255.255.255.0">
      <dhcp><range start="192.168.122.2" end="192.168.122.254"/></dhcp>
    </ip>
  </network>
  <network>
    <name>${ownNetworkOf(name)}</name>
    <bridge name="virbr1"/>
    <forward/>
    <ip address="192.168.123.1" netmask="255.255.255.0"/>
  </network>
  <pool type="dir">
    <name>${FLEET_POOL}</name>
    <target><path>/var/lib/libvirt/${FLEET_POOL}</path></target>
  </pool>
  <pool type="dir">
    <name>images</name>
    <target><path>${posix.dirname(image.path)}</path></target>
    <volume type="file">
      <name>${posix.basename(image.path)}</name>
      <capacity unit="bytes">${image.sizeBytes}</capacity>
      <target><path>${image.path}</path><format type="qcow2"/></target>
    </volume>
  </pool>
</node>
`;
