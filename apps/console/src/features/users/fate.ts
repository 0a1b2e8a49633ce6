/** What becomes of a deleted user's VMs, as far as it has been decided. */
import type { Option } from '../../ui/fields.tsx';

export interface Fate {
  readonly kind: 'transfer' | 'delete' | null;
  readonly heir: Option<string> | null;
  readonly typedName: string;
}

export const undecided: Fate = { kind: null, heir: null, typedName: '' };

/** null: it can be done. */
export function reasonAgainst(
  { kind, heir, typedName }: Fate,
  name: string,
): 'chooseFirst' | 'chooseUserFirst' | 'typeNameFirst' | null {
  if (kind === null) return 'chooseFirst';
  if (kind === 'transfer') return heir === null ? 'chooseUserFirst' : null;
  return typedName.trim() === name ? null : 'typeNameFirst';
}

interface FateRequest {
  readonly transferTo?: string;
  readonly deleteVms?: boolean;
  readonly protectedVmIds?: string;
}

/** The plan shows which VMs are protected: who types the name has seen them. */
export const fateRequest = ({ kind, heir }: Fate, protectedIds: readonly string[] = []): FateRequest => {
  if (kind === 'transfer' && heir) return { transferTo: heir.value };
  if (kind !== 'delete') return {};
  return { deleteVms: true, ...(protectedIds.length > 0 && { protectedVmIds: protectedIds.join(',') }) };
};
