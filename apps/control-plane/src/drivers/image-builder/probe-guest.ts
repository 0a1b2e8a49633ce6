// The smallest guest there is: a boot sector that switches its machine off. A host on which it ends within seconds
// under KVM has a KVM that runs guests.

/** SLP_EN with sleep type 0, which is "soft off" in QEMU's ACPI tables. */
const SOFT_OFF = 0x2000;
/** PM1 control: SeaBIOS puts ACPI's power management ports at 0x600 (pc and q35); old ones on pc at 0xb000. */
const PM1_CONTROL_PORTS = [0x604, 0xb004] as const;

const SECTOR_BYTES = 512;

/** 16-bit x86 code; a BIOS loads it at 0x7c00 and jumps there. */
const INSTRUCTIONS: readonly (readonly [bytes: readonly number[], assembly: string])[] = [
  [[0xfa], 'cli'],
  [[0xb8, ...word(SOFT_OFF)], 'mov ax, SOFT_OFF'],
  [[0xba, ...word(PM1_CONTROL_PORTS[0])], 'mov dx, PM1_CONTROL_PORTS[0]'],
  [[0xef], 'out dx, ax'],
  [[0xba, ...word(PM1_CONTROL_PORTS[1])], 'mov dx, PM1_CONTROL_PORTS[1]'],
  [[0xef], 'out dx, ax'],
  [[0xf4], 'hlt'], // another machine type: stay, so that the wait for it runs out
  [[0xeb, 0xfd], 'jmp to the hlt, 3 bytes back'],
];

/** The first sector of its disk; the rest stays empty. SeaBIOS boots from no disk smaller than half a MiB. */
export function probeGuestBootSector(): Uint8Array {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.set(INSTRUCTIONS.flatMap(([bytes]) => bytes));
  sector.set([0x55, 0xaa], SECTOR_BYTES - 2); // what makes a sector bootable
  return sector;
}

function word(value: number): [low: number, high: number] {
  return [value & 0xff, value >> 8];
}
