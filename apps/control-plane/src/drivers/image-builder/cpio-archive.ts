// Writes a cpio archive in the "newc" format, which the Linux kernel unpacks as its initramfs. See the kernel's
// Documentation/driver-api/early-userspace/buffer-format.rst. No root needed, and the same input gives the same bytes.

export type CpioEntry = { readonly path: string } & (
  | { readonly kind: 'file'; readonly mode: number; readonly content: Uint8Array }
  | { readonly kind: 'folder'; readonly mode: number }
  | { readonly kind: 'link'; readonly target: string }
  | { readonly kind: 'device'; readonly mode: number; readonly major: number; readonly minor: number }
);

const TYPE_BITS = { file: 0o100000, folder: 0o040000, link: 0o120000, device: 0o020000 } as const;

/** Everything belongs to root. Folders must come before what is in them; missing ones are not made up. */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  entries.forEach((entry, index) => parts.push(...record(entry, index + 1)));
  parts.push(...record({ kind: 'file', path: 'TRAILER!!!', mode: 0, content: new Uint8Array() }, 0));
  return Buffer.concat(parts);
}

function record(entry: CpioEntry, inode: number): Buffer[] {
  const body = entry.kind === 'file' ? entry.content : Buffer.from(entry.kind === 'link' ? entry.target : '');
  const mode = TYPE_BITS[entry.kind] | (entry.kind === 'link' ? 0o777 : entry.mode);
  const [major, minor] = entry.kind === 'device' ? [entry.major, entry.minor] : [0, 0];
  const name = Buffer.from(`${entry.path}\0`);
  const links = entry.kind === 'folder' ? 2 : 1;
  // inode, mode, uid, gid, links, mtime, size, device (2), special device (2), name length, checksum (unused)
  const fields = [inode, mode, 0, 0, links, 0, body.length, 0, 0, major, minor, name.length, 0];
  const head = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return [pad(Buffer.concat([head, name])), pad(Buffer.from(body))];
}

/** Header with name, and content, each start at a multiple of four. */
function pad(bytes: Buffer): Buffer {
  const rest = bytes.length % 4;
  return rest === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(4 - rest)]);
}
