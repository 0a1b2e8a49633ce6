/**
 * For tests: a guest in one boot sector, up in a second even when emulated. It says READY on the serial line and sends
 * back what it hears there; `q` switches it off from the inside, `p` is a panic; the ACPI power button switches it off.
 */
const COM1 = 0x3f8;
const LINE_STATUS = COM1 + 5;
/** Where SeaBIOS puts the power management of a q35. */
const PM1_STATUS = 0x600;
const PM1_ENABLE = 0x602;
const PM1_CONTROL = 0x604;
const PANIC = 0x505;

export const TEST_GUEST_GREETING = 'READY\r\n';

export function testGuestDisk(): Buffer {
  const disk = Buffer.alloc(1_048_576);
  const code = Buffer.from(
    [
      [0x31, 0xc0], // xor ax, ax
      [0x8e, 0xd8], // mov ds, ax
      [0xfb, 0xfc], // sti; cld
      [0xbe, ...word(0x7c00 + GREETING_AT)], // mov si, greeting
      [0xac], // greet: lodsb
      [0x84, 0xc0], // test al, al
      [0x74, 0x06], // jz armed
      [0xba, ...word(COM1)], // mov dx, COM1
      [0xee], // out dx, al
      [0xeb, 0xf5], // jmp greet
      [0xba, ...word(PM1_ENABLE)], // armed: mov dx, PM1_ENABLE
      [0xb8, ...word(0x0100)], // mov ax, the power button's bit
      [0xef], // out dx, ax
      [0xf4], // loop: hlt, until the timer's next tick
      [0xba, ...word(PM1_STATUS)], // mov dx, PM1_STATUS
      [0xed], // in ax, dx
      [0xf6, 0xc4, 0x01], // test ah, 1
      [0x75, 0x1d], // jnz off
      [0xba, ...word(LINE_STATUS)], // heard: mov dx, LINE_STATUS
      [0xec], // in al, dx
      [0xa8, 0x01], // test al, 1
      [0x74, 0xee], // jz loop
      [0xba, ...word(COM1)], // mov dx, COM1
      [0xec], // in al, dx
      [0xee], // out dx, al
      [0x3c, 0x71], // cmp al, 'q'
      [0x74, 0x0c], // je off
      [0x3c, 0x70], // cmp al, 'p'
      [0x75, 0xeb], // jne heard
      [0xba, ...word(PANIC)], // mov dx, PANIC
      [0xb0, 0x01], // mov al, 1
      [0xee], // out dx, al
      [0xeb, 0xd9], // jmp loop
      [0xba, ...word(PM1_CONTROL)], // off: mov dx, PM1_CONTROL
      [0xb8, ...word(0x2000)], // mov ax, sleep in S5
      [0xef], // out dx, ax
      [0xf4, 0xeb, 0xfd], // hlt for ever
    ].flat(),
  );
  code.copy(disk);
  disk.write(TEST_GUEST_GREETING, GREETING_AT, 'latin1');
  disk.writeUInt16LE(0xaa55, 510);
  return disk;
}

const GREETING_AT = 0x100;

function word(value: number): [number, number] {
  return [value & 0xff, value >> 8];
}
