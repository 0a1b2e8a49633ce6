/** A guest of 512 bytes: says "ready" on its serial port some 18 times a second, and says back what it is told. */

/** 16-bit code at 0x7c00: print the text, halt until the timer, echo a byte if one has come, begin again. */
const CODE =
  '31c0 8ed8 fc be367c ac 84c0 7405 e81500 ebf6 fb f4 bafd03 ec a801 74e9 baf803 ec e80200 ebe0 ' +
  '88c4 bafd03 ec a820 74fb baf803 88e0 ee c3';

export function bootSector(): Buffer {
  const sector = Buffer.alloc(512);
  const code = Buffer.from(CODE.replaceAll(' ', ''), 'hex');
  code.copy(sector);
  sector.write('ready\r\n\0', code.length, 'latin1');
  sector.writeUInt16LE(0xaa55, 510);
  return sector;
}

/** A domain without acceleration that boots from a disk file on the host. */
export function tinyDomainXml({
  name,
  uuid,
  diskPath,
}: {
  name: string;
  uuid: string;
  diskPath: string;
}): string {
  return `<domain type='qemu'>
  <name>${name}</name>
  <uuid>${uuid}</uuid>
  <memory unit='MiB'>16</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <disk type='file' device='disk'>
      <driver name='qemu' type='raw'/>
      <source file='${diskPath}'/>
      <target dev='hda' bus='ide'/>
    </disk>
    <controller type='usb' model='none'/>
    <serial type='pty'/>
    <console type='pty'/>
    <video><model type='vga'/></video>
    <memballoon model='none'/>
  </devices>
</domain>`;
}
