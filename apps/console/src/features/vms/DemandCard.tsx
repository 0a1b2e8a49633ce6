/** What is left of the quota while the form is filled in, and after it is sent. */
import type { Quota, User } from '@loucloud/api';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { QuotaMeters } from '../../ui/QuotaMeter.tsx';
import { firstOver } from './demand.ts';
import { newVmMessages } from './vms.messages.ts';

interface DemandCardProps {
  readonly owner: User;
  readonly isMe: boolean;
  readonly demand: Quota;
}

export function DemandCard({ owner, isMe, demand }: DemandCardProps) {
  const t = useT(newVmMessages);
  return (
    <div className="card sticky-card">
      <div className="card-body">
        <h2 className="card-title">
          {isMe ? t('quota') : t('quotaOf', { name: owner.displayName || owner.name })}
        </h2>
        <div className="quota-meters">
          <QuotaMeters quota={owner.quota} usage={owner.usage} asked={demand} />
        </div>
      </div>
    </div>
  );
}

/** Why the quota has no room for it, in the words the server would refuse it with; null: it has. */
export function useRefusal(owner: Pick<User, 'quota' | 'usage'>, demand: Quota): string | null {
  const errorText = useErrorText();
  const resource = firstOver(owner.quota, owner.usage, demand);
  if (resource === null) return null;
  const details = {
    resource,
    limit: owner.quota[resource],
    used: owner.usage[resource],
    asked: demand[resource],
  };
  return errorText({ code: 'quota_exceeded', details });
}
