/** A domain's definition for another host: the same but for where its files are. */
import { UserError } from '../../platform/errors.ts';
import { type XmlElement, attributeOf, childrenOf, find, parseXml, writeXml } from './xml-tree.ts';

/** From where on the source to where on the destination, for each file that moves along. */
export type FileMoves = ReadonlyMap<string, string>;

/** Refuses a domain with a file that does not move along: it would find another's under that name, or none. */
export function movedXml(text: string, files: FileMoves): string {
  const domain = parseXml(text);
  for (const disk of childrenOf(find(domain, 'devices'), 'disk')) moveDisk(disk, files);
  return writeXml(domain).text;
}

function moveDisk(disk: XmlElement, files: FileMoves): void {
  const source = find(disk, 'source');
  // An empty drive has none.
  if (!source) return;
  const path = attributeOf(source, 'file');
  const moved = path === null ? undefined : files.get(path);
  if (moved === undefined) {
    const target = attributeOf(find(disk, 'target'), 'dev') ?? '';
    throw new UserError('vm_not_movable', { reason: 'other_disk' }, { hint: `disk ${target}: ${path}` });
  }
  source.attributes.set('file', moved);
  // What it rests on is found there from the disk itself: paths may differ.
  const kept = disk.children.filter((child) => typeof child === 'string' || child.local !== 'backingStore');
  disk.children.splice(0, disk.children.length, ...kept);
}

/**
 * Of a disk that two hosts share: before the guest goes on there, QEMU (since 4.0) writes out and forgets what either host
 * has cached of it, unless it was told never to write anything out.
 */
export function refuseUnsafeCache(text: string): void {
  for (const disk of childrenOf(find(parseXml(text), 'devices'), 'disk')) {
    if (attributeOf(find(disk, 'driver'), 'cache') !== 'unsafe') continue;
    const target = attributeOf(find(disk, 'target'), 'dev') ?? '';
    throw new UserError('vm_not_movable', { reason: 'cache' }, { hint: `disk ${target}: cache='unsafe'` });
  }
}
