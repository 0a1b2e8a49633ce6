/** Writes another backing file's path into the beginning of a qcow2 file (QEMU's docs/interop/qcow2.txt). */
import { UserError } from '../../platform/errors.ts';
import { QCOW_MAGIC } from './qcow2-header.ts';

const BACKING_OFFSET = 8;
const BACKING_LENGTH = 16;
const CLUSTER_BITS = 20;
const PATH_MAX = 1023;

/** `start` is at least the first cluster; it is changed in place. The format of the backing file stays as it is written. */
export function rebaseQcow2(start: Buffer, path: string): void {
  const name = Buffer.from(path);
  const clusterBytes = start.length < 72 ? 0 : 2 ** start.readUInt32BE(CLUSTER_BITS);
  if (clusterBytes === 0 || start.readUInt32BE(0) !== QCOW_MAGIC || start.length < clusterBytes)
    throw new UserError('image_damaged', { what: 'header' });
  const offset = Number(start.readBigUInt64BE(BACKING_OFFSET));
  const length = start.readUInt32BE(BACKING_LENGTH);
  if (offset === 0 || offset + length > clusterBytes)
    throw new UserError('image_damaged', { what: 'backingFile' });
  const room = start.subarray(offset, clusterBytes);
  // QEMU writes the path behind everything else of the header; what follows it is free.
  if (
    name.length > PATH_MAX ||
    name.length > room.length ||
    !room.subarray(length).every((byte) => byte === 0)
  )
    throw new UserError('vm_not_movable', { reason: 'backing_path' });
  room.fill(0);
  name.copy(room);
  start.writeUInt32BE(name.length, BACKING_LENGTH);
}
