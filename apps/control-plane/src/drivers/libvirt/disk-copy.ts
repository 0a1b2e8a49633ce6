/** Carries a disk from one host's pool to another's, through libvirt's streams, holes as holes. */
import {
  type PoolRef,
  type Segment,
  type VolumeRef,
  VolumeTransferFlag,
  ErrorNumber,
  type LibvirtStream,
} from '@loucloud/libvirt';
import type { MoveOptions } from '../../platform/vm-moves.ts';
import { UserError } from '../../platform/errors.ts';
import { volumeIn } from './disks.ts';
import { unless } from './errors.ts';
import type { Calls } from './host-link.ts';
import { activePool, refreshPool } from './pools.ts';
import { rebaseQcow2 } from './qcow2-rebase.ts';
import { find, parseXml, textIn } from './xml-tree.ts';
import { xml } from './xml.ts';

/** virStorageVolInfoFlags: the file's length instead of the blocks it takes. */
const GET_PHYSICAL = 1;
/** The largest cluster that qcow2 allows: the header and the backing file's path are in the first one. */
const HEADER_MAX = 2_097_152;
const CLUSTER_BITS = 20;

export interface DiskCopy {
  readonly source: { readonly host: Calls; readonly poolName: string };
  readonly destination: { readonly host: Calls; readonly poolName: string };
  readonly name: string;
  /** The backing file's path there, where the copy rests on one; null: it rests on none. */
  readonly backingPath: string | null;
}

export interface VolumeCopy extends Pick<DiskCopy, 'name' | 'backingPath'> {
  readonly source: { readonly host: Calls; readonly pool: PoolRef };
  readonly destination: { readonly host: Calls; readonly pool: PoolRef };
}

export async function copyDisk(copy: DiskCopy, options: MoveOptions): Promise<void> {
  const { source, destination } = copy;
  const from = { host: source.host, pool: await activePool(source.host, source.poolName) };
  const to = { host: destination.host, pool: await activePool(destination.host, destination.poolName) };
  await copyVolume({ ...copy, source: from, destination: to }, options);
}

/** Makes the file anew there: what an attempt that was cut off has left of it goes. */
export async function copyVolume(copy: VolumeCopy, { onProgress, signal }: MoveOptions): Promise<void> {
  const { source, destination, name } = copy;
  const { pool: from } = source;
  const { pool: to } = destination;
  const volume = await volumeIn(source.host, from, name);
  if (!volume) throw new UserError('path_not_found', {}, { hint: name });
  const before = await stampOf(source.host, volume);
  await removeFrom(destination.host, to, name);
  // Raw, so that it is exactly the bytes that come; libvirt sees what they are when it looks again.
  const target = (
    await destination.host.call('storageVolCreateXml', {
      pool: to,
      xml: fileXml(name, before.lengthBytes),
      flags: 0,
    })
  ).volume;

  let doneBytes = 0;
  const told = (bytes: number) => {
    doneBytes += bytes;
    onProgress({ doneBytes, totalBytes: before.lengthBytes });
  };
  const flags = VolumeTransferFlag.sparse;
  const asked = { volume, offset: 0, length: 0, flags };
  await source.host.withStream('storageVolDownload', asked, (down) =>
    destination.host.withStream('storageVolUpload', { ...asked, volume: target }, async (up) => {
      const end = () => {
        down.destroy(signal.reason as Error);
        up.destroy(signal.reason as Error);
      };
      signal.addEventListener('abort', end, { once: true });
      try {
        signal.throwIfAborted();
        await pump(down, up, copy.backingPath, told);
      } finally {
        signal.removeEventListener('abort', end);
      }
    }),
  );
  await refreshPool(destination.host, to);
  const after = await stampOf(source.host, volume);
  if (after.writtenAt !== before.writtenAt || after.lengthBytes !== before.lengthBytes)
    throw new UserError('disk_changed_meanwhile', {});
}

export async function removeVolume(host: Calls, poolName: string, name: string): Promise<void> {
  await removeFrom(host, await activePool(host, poolName), name);
}

export async function removeFrom(host: Calls, pool: PoolRef, name: string): Promise<void> {
  await refreshPool(host, pool);
  const volume = await volumeIn(host, pool, name);
  if (!volume) return;
  await unless([ErrorNumber.noStorageVolume], host.call('storageVolDelete', { volume, flags: 0 }));
}

async function pump(
  down: LibvirtStream,
  up: LibvirtStream,
  backingPath: string | null,
  told: (bytes: number) => void,
): Promise<void> {
  const head = backingPath === null ? null : new Header(backingPath);
  const send = async (segment: Segment) => {
    await up.writeSegment(segment);
    told('hole' in segment ? segment.hole : segment.data.length);
  };
  for await (const segment of down.segments()) {
    const ready = head ? head.take(segment) : [segment];
    for (const part of ready) await send(part);
  }
  for (const part of head?.rest() ?? []) await send(part);
}

/** Holds the file's beginning back until the header is whole, and writes the backing file's path there into it. */
class Header {
  readonly #path: string;
  #held: Buffer | null = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  take(segment: Segment): Segment[] {
    if (this.#held === null) return [segment];
    const bytes = 'hole' in segment ? Buffer.alloc(Math.min(segment.hole, HEADER_MAX)) : segment.data;
    const rest = 'hole' in segment ? segment.hole - bytes.length : 0;
    this.#held = Buffer.concat([this.#held, bytes]);
    if (this.#held.length < this.#needed) return [];
    const whole = this.rest();
    return rest > 0 ? [...whole, { hole: rest }] : whole;
  }

  /** What is held, with the path in it. */
  rest(): Segment[] {
    if (this.#held === null) return [];
    const data = this.#held;
    this.#held = null;
    rebaseQcow2(data, this.#path);
    return [{ data }];
  }

  get #needed(): number {
    const held = this.#held;
    if (!held || held.length < 72) return HEADER_MAX;
    return Math.min(HEADER_MAX, 2 ** held.readUInt32BE(CLUSTER_BITS));
  }
}

/** What tells a file from what it was before. */
export async function stampOf(
  host: Calls,
  volume: VolumeRef,
): Promise<{ lengthBytes: number; writtenAt: string }> {
  const { allocation } = await host.call('storageVolGetInfoFlags', { volume, flags: GET_PHYSICAL });
  const text = (await host.call('storageVolGetXmlDesc', { volume, flags: 0 })).xml;
  return {
    lengthBytes: allocation,
    writtenAt: textIn(find(parseXml(text), 'target', 'timestamps', 'mtime')),
  };
}

const fileXml = (name: string, bytes: number): string =>
  xml`<volume>
  <name>${name}</name>
  <capacity unit="bytes">${bytes}</capacity>
  <allocation>0</allocation>
  <target><format type="raw"/></target>
</volume>`.text;
