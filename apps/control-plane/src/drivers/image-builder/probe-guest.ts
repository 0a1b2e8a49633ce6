// The smallest guest there is: a boot sector that switches its machine off. A host on which it ends within seconds
// under KVM has a KVM that runs guests. It does so from 32-bit protected mode, by way of a return from an interrupt: a
// KVM inside a virtual machine may run a firmware, and give up at the first of these that a boot loader does.

/** SLP_EN with sleep type 0, which is "soft off" in QEMU's ACPI tables. */
const SOFT_OFF = 0x2000;
/** PM1 control: SeaBIOS puts ACPI's power management ports at 0x600 (pc and q35); old ones on pc at 0xb000. */
const PM1_CONTROL_PORTS = [0x604, 0xb004] as const;

const SECTOR_BYTES = 512;

/** A BIOS loads it here, and jumps to it in 16-bit real mode. */
const ORIGIN = 0x7c00;
const STACK_TOP = ORIGIN;
const PROTECTED_AT = 0x20;
const RETURNED_AT = 0x40;
const TABLE_AT = 0x60;
const TABLE_REGISTER_AT = 0x80;
const CODE_SEGMENT = 0x08;
const DATA_SEGMENT = 0x10;

type Instructions = readonly (readonly [bytes: readonly number[], assembly: string])[];

const REAL_MODE: Instructions = [
  [[0xfa], 'cli'],
  [[0x31, 0xc0], 'xor ax, ax'],
  [[0x8e, 0xd8], 'mov ds, ax'],
  [[0x0f, 0x01, 0x16, ...word(ORIGIN + TABLE_REGISTER_AT)], 'lgdt [table register]'],
  [[0x0f, 0x20, 0xc0], 'mov eax, cr0'],
  [[0x0c, 0x01], 'or al, 1: protected'],
  [[0x0f, 0x22, 0xc0], 'mov cr0, eax'],
  [[0xea, ...word(ORIGIN + PROTECTED_AT), ...word(CODE_SEGMENT)], 'jmp CODE_SEGMENT:protected'],
];

const PROTECTED_MODE: Instructions = [
  [[0x66, 0xb8, ...word(DATA_SEGMENT)], 'mov ax, DATA_SEGMENT'],
  [[0x8e, 0xd0], 'mov ss, ax'],
  [[0xbc, ...dword(STACK_TOP)], 'mov esp, STACK_TOP'],
  [[0x9c], 'pushfd'],
  [[0x6a, CODE_SEGMENT], 'push CODE_SEGMENT'],
  [[0x68, ...dword(ORIGIN + RETURNED_AT)], 'push returned'],
  [[0xcf], 'iretd'],
];

const RETURNED: Instructions = [
  [[0x66, 0xb8, ...word(SOFT_OFF)], 'mov ax, SOFT_OFF'],
  [[0x66, 0xba, ...word(PM1_CONTROL_PORTS[0])], 'mov dx, PM1_CONTROL_PORTS[0]'],
  [[0x66, 0xef], 'out dx, ax'],
  [[0x66, 0xba, ...word(PM1_CONTROL_PORTS[1])], 'mov dx, PM1_CONTROL_PORTS[1]'],
  [[0x66, 0xef], 'out dx, ax'],
  [[0xf4], 'hlt'], // another machine type: stay, so that the wait for it runs out
  [[0xeb, 0xfd], 'jmp to the hlt, 3 bytes back'],
];

/** Descriptors of all 4 GiB at privilege level 0: none, code, data. */
const TABLE = [
  [0, 0, 0, 0, 0, 0, 0, 0],
  [0xff, 0xff, 0, 0, 0, 0x9a, 0xcf, 0],
  [0xff, 0xff, 0, 0, 0, 0x92, 0xcf, 0],
].flat();

/** The first sector of its disk; the rest stays empty. SeaBIOS boots from no disk smaller than half a MiB. */
export function probeGuestBootSector(): Uint8Array {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.set(bytesOf(REAL_MODE));
  sector.set(bytesOf(PROTECTED_MODE), PROTECTED_AT);
  sector.set(bytesOf(RETURNED), RETURNED_AT);
  sector.set(TABLE, TABLE_AT);
  sector.set([...word(TABLE.length - 1), ...dword(ORIGIN + TABLE_AT)], TABLE_REGISTER_AT);
  sector.set([0x55, 0xaa], SECTOR_BYTES - 2); // what makes a sector bootable
  return sector;
}

const bytesOf = (code: Instructions): number[] => code.flatMap(([bytes]) => bytes);

function word(value: number): [low: number, high: number] {
  return [value & 0xff, value >> 8];
}

function dword(value: number): number[] {
  return [...word(value & 0xffff), ...word(value >>> 16)];
}
