/** The domain that a VM is. domain-reader.ts is the way back. */
import type { Accelerator, Firmware } from '@loucloud/api';
import type { DomainSpec, NetworkSource } from '../../platform/hypervisor.ts';
import { metadataXml } from './domain-metadata.ts';
import { guestHostname } from './guest-hostname.ts';
import { type Xml, xml } from './xml.ts';

/** Under /sys/firmware/qemu_fw_cfg/by_name in the guest: how it learns its name without a network or an agent. */
export const FW_CFG_NAME = 'opt/net.loucloud/name';
export const FW_CFG_HOSTNAME = 'opt/net.loucloud/hostname';

/**
 * - q35: PCI Express and AHCI, what current guests and UEFI expect.
 * - A guest's panic ends its domain (`on_crash`): a crashed VM has no process and holds no memory.
 * - No sleep states: a VM asleep would look off to its user and on to its quota.
 * - VNC on a unix socket only, so no other machine can reach it; no keymap, so the browser's keys pass as scan codes; a
 *   tablet, so the pointer is where the browser's is.
 * - Plain VGA: the firmware's and the kernel's text, UEFI's and any desktop's screen, without a driver.
 * - The network card has no boot ROM: nothing boots from the network, and the firmware is done sooner.
 */
export const domainXml = (spec: DomainSpec): string =>
  xml`<domain type="${spec.accelerator === 'kvm' ? 'kvm' : 'qemu'}">
  <name>${spec.domainName}</name>
  <uuid>${spec.vmId}</uuid>
  <title>${spec.name}</title>
  <description>${spec.description}</description>
  <metadata>
    ${metadataXml(spec)}
  </metadata>
  <memory unit="MiB">${spec.memoryMib}</memory>
  <currentMemory unit="MiB">${spec.memoryMib}</currentMemory>
  <vcpu>${spec.vcpus}</vcpu>
  ${sysinfo(spec)}
  ${os(spec.firmware)}
  <features><acpi/><apic/></features>
  ${cpu(spec.accelerator)}
  <clock offset="utc">
    <timer name="rtc" tickpolicy="catchup"/>
    <timer name="pit" tickpolicy="delay"/>
    <timer name="hpet" present="no"/>
  </clock>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <pm>
    <suspend-to-mem enabled="no"/>
    <suspend-to-disk enabled="no"/>
  </pm>
  <devices>
    <disk type="file" device="disk">
      <driver name="qemu" type="qcow2" discard="unmap"/>
      <source file="${spec.diskPath}"/>
      <target dev="vda" bus="virtio"/>
      <boot order="1"/>
    </disk>
    ${spec.cdromPath === null ? null : cdrom(spec.cdromPath)}
    <controller type="usb" model="qemu-xhci"/>
    ${networkInterface(spec.network, spec.macAddress)}
    <serial type="pty"><target type="isa-serial" port="0"/></serial>
    <console type="pty"><target type="serial" port="0"/></console>
    <channel type="unix"><target type="virtio" name="org.qemu.guest_agent.0"/></channel>
    <input type="tablet" bus="usb"/>
    <graphics type="vnc"><listen type="socket"/></graphics>
    <video><model type="vga" vram="16384"/></video>
    <memballoon model="virtio"/>
    <rng model="virtio"><backend model="random">/dev/urandom</backend></rng>
    <panic model="isa"/>
  </devices>
</domain>`.text;

const sysinfo = ({ name, vmId }: DomainSpec): Xml =>
  xml`<sysinfo type="smbios">
    <system><entry name="manufacturer">LouCloud</entry><entry name="product">LouCloud VM</entry></system>
  </sysinfo>
  <sysinfo type="fwcfg">
    <entry name="${FW_CFG_NAME}">${name}</entry>
    <entry name="${FW_CFG_HOSTNAME}">${guestHostname(name, vmId)}</entry>
  </sysinfo>`;

/** The host finds its own UEFI by what is asked of it: paths differ between distributions. */
const os = (firmware: Firmware): Xml =>
  firmware === 'uefi'
    ? xml`<os firmware="efi">
    <type arch="x86_64" machine="q35">hvm</type>
    <firmware><feature enabled="no" name="enrolled-keys"/><feature enabled="no" name="secure-boot"/></firmware>
    <smbios mode="sysinfo"/>
  </os>`
    : xml`<os><type arch="x86_64" machine="q35">hvm</type><smbios mode="sysinfo"/></os>`;

/**
 * Emulated: the model whose start costs libvirt least, with what x86-64-v2 asks for beyond it, for distributions that
 * run on nothing less.
 */
const cpu = (accelerator: Accelerator): Xml =>
  accelerator === 'kvm'
    ? xml`<cpu mode="host-model"/>`
    : xml`<cpu mode="custom" match="exact" check="none">
    <model fallback="forbid">qemu64</model>
    ${['ssse3', 'sse4.1', 'sse4.2', 'popcnt'].map((name) => xml`<feature policy="require" name="${name}"/>`)}
  </cpu>`;

/** After the disk: an empty disk boots the installer, the installed one itself. */
const cdrom = (path: string): Xml =>
  xml`<disk type="file" device="cdrom">
      <driver name="qemu" type="raw"/>
      <source file="${path}"/>
      <target dev="sda" bus="sata"/>
      <readonly/>
      <boot order="2"/>
    </disk>`;

function networkInterface({ kind, source }: NetworkSource, macAddress: string): Xml {
  const from = kind === 'libvirt' ? xml`<source network="${source}"/>` : xml`<source bridge="${source}"/>`;
  return xml`<interface type="${kind === 'libvirt' ? 'network' : 'bridge'}">
      <mac address="${macAddress}"/>
      ${from}
      <model type="virtio"/>
      <rom enabled="no"/>
    </interface>`;
}
