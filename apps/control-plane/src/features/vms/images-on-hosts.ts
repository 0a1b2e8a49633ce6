/** What VMs ask of images: that they are on the host of every VM that was made from them. */
import type { Actor } from '../../platform/caller.ts';
import type { Tx } from '../../platform/database/database.ts';

interface ImageOnHost {
  readonly imageId: string;
  readonly hostId: string;
}

/** `copy_changed`: the host has a copy that is not right, and that VMs rest on. */
export type ImageClaim = 'claimed' | 'no_room' | 'copy_changed';

export interface ImagesOnHosts {
  /** In the transaction that places a VM: the image is there or begins to be copied, and stays while the VM does. */
  claim(tx: Tx, key: ImageOnHost, actor: Actor): Promise<ImageClaim>;
  /** Resolves when it is there; fails as the copying did. */
  whenThere(
    key: ImageOnHost,
    options: { progress: (fraction: number) => void; signal: AbortSignal },
  ): Promise<void>;
  /** In the transaction in which a VM is no longer to come there: what is copied for nobody any more ends. */
  giveUpUnwanted(tx: Tx, hostId: string): Promise<void>;
  /** Its copy there is not what was copied. */
  markChanged(key: ImageOnHost, error: unknown): Promise<void>;
}
