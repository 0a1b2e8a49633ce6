/** What is left of the quota while the form is filled in, and after it is sent. */
import type { Quota, User } from '@loucloud/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import { amountText } from '../../app/error-sentence.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { QuotaMeters } from '../../ui/QuotaMeter.tsx';
import { quotaMessages } from '../../words/nouns.messages.ts';
import { firstOver } from './demand.ts';
import { newVmMessages } from './vms.messages.ts';

interface DemandCardProps {
  readonly owner: User;
  readonly isMe: boolean;
  readonly demand: Quota;
  readonly refusal: string | null;
}

export function DemandCard({ owner, isMe, demand, refusal }: DemandCardProps) {
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
        <div role="status">
          {refusal !== null && (
            <div className="alert alert-warning mt-3 mb-0">
              <div className="alert-icon">
                <IconAlertTriangle aria-hidden="true" />
              </div>
              <div>
                {refusal} {isMe && owner.role === 'member' && t('askAdmin')}
              </div>
            </div>
          )}
        </div>
      </div>
    </div>
  );
}

/** Why the quota has no room for it; null: it has. */
export function useRefusal(owner: Pick<User, 'quota' | 'usage'>, demand: Quota): string | null {
  const t = useT(newVmMessages);
  const names = useT(quotaMessages);
  const format = useFormat();
  const resource = firstOver(owner.quota, owner.usage, demand);
  if (resource === null) return null;
  const amount = (value: number) => amountText(resource, value, format);
  return t('tooMuch', {
    resource: names(resource),
    wanted: amount(owner.usage[resource] + demand[resource]),
    limit: amount(owner.quota[resource]),
  });
}
