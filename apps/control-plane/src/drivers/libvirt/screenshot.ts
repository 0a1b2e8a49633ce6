/** A picture of a guest's first screen, as its QEMU tells it: PNG, or PPM before QEMU 7.1. */
import { addAbortSignal } from 'node:stream';
import { ErrorNumber, domainRef } from '@loucloud/libvirt';
import { UserError } from '../../platform/errors.ts';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';

/** A screen of 40 million pixels, uncompressed. */
const BYTES_MAX = 128 * 2 ** 20;
/** For what comes after the stream has been opened. */
const READ_MS = 10_000;

/** null: the guest has no screen. */
export async function takeScreenshot(host: Calls, vmId: string): Promise<Uint8Array | null> {
  const asked = { domain: domainRef(vmId), screen: 0, flags: 0 };
  try {
    return await host.withStream('domainScreenshot', asked, async (stream) => {
      addAbortSignal(AbortSignal.timeout(READ_MS), stream);
      const pieces: Buffer[] = [];
      let size = 0;
      for await (const piece of stream as AsyncIterable<Buffer>) {
        size += piece.length;
        if (size > BYTES_MAX) return null;
        pieces.push(piece);
      }
      return Buffer.concat(pieces);
    });
  } catch (error) {
    // A guest with a serial line alone: libvirt finds no display that it could ask.
    if (isLibvirtError(error, ErrorNumber.operationUnsupported)) return null;
    if (error instanceof Error && error.name === 'AbortError')
      throw new UserError('deadline_exceeded', {}, { cause: error });
    throw error;
  }
}
