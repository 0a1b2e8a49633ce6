import { ErrorNumber, UndefineFlag, domainRef } from '@loucloud/libvirt';
import { isLibvirtError } from './errors.ts';
import type { Calls } from './host-link.ts';

/** Each set for libvirts that do not know the one before: a TPM's state may be kept since 8.9. */
const FLAGS = [
  UndefineFlag.managedSave |
    UndefineFlag.snapshotsMetadata |
    UndefineFlag.nvram |
    UndefineFlag.checkpointsMetadata |
    UndefineFlag.tpm,
  UndefineFlag.managedSave |
    UndefineFlag.snapshotsMetadata |
    UndefineFlag.nvram |
    UndefineFlag.checkpointsMetadata,
  UndefineFlag.managedSave | UndefineFlag.snapshotsMetadata,
];
/** The firmware's and the TPM's memory are files that somebody may want back. */
const KEEPING_FLAGS = FLAGS.map(
  (flags) =>
    (flags & ~(UndefineFlag.nvram | UndefineFlag.tpm)) |
    (flags & UndefineFlag.nvram ? UndefineFlag.keepNvram : 0) |
    (flags & UndefineFlag.tpm ? UndefineFlag.keepTpm : 0),
);

/**
 * Everything that hangs on the domain goes with it; libvirt would refuse otherwise. A domain that runs is left running.
 */
export async function undefine(
  host: Calls,
  vmId: string,
  { keepNvram } = { keepNvram: false },
): Promise<void> {
  for (const [i, flags] of (keepNvram ? KEEPING_FLAGS : FLAGS).entries()) {
    try {
      await host.call('domainUndefineFlags', { domain: domainRef(vmId), flags });
      return;
    } catch (error) {
      if (isLibvirtError(error, ErrorNumber.noDomain)) return;
      const isUnknownFlag = isLibvirtError(error, ErrorNumber.invalidArgument);
      if (!isUnknownFlag || i === FLAGS.length - 1) throw error;
    }
  }
}
