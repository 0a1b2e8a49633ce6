/** How much of a quota is used, and what it would be after what is being asked. */
import type { Quota, QuotaResource } from '@loucloud/api';
import { amountText } from '../app/error-sentence.ts';
import { useFormat } from '../app/format.ts';
import { useT } from '../app/language.tsx';
import { quotaMessages } from '../words/nouns.messages.ts';
import { uiMessages } from './ui.messages.ts';

export const quotaResources = [
  'vms',
  'runningVms',
  'vcpus',
  'memoryMib',
  'diskBytes',
] as const satisfies QuotaResource[];

interface QuotaMeterProps {
  readonly resource: QuotaResource;
  readonly used: number;
  readonly limit: number;
  /** What would come on top. */
  readonly asked?: number;
}

/** From here on the bar warns. */
const NEARLY_FULL = 0.85;

export function QuotaMeter({ resource, used, limit, asked = 0 }: QuotaMeterProps) {
  const t = useT(uiMessages);
  const names = useT(quotaMessages);
  const format = useFormat();
  const amount = (value: number) => amountText(resource, value, format);
  const after = used + asked;
  const isOver = after > limit && asked > 0;
  const usedShare = share(used, limit);
  const askedShare = Math.min(share(asked, limit), 1 - usedShare);
  const isNearlyFull = used >= limit * NEARLY_FULL;
  return (
    <div className="quota-meter">
      <div className="d-flex justify-content-between gap-2">
        <span>{names(resource)}</span>
        <span className="text-secondary tabular">
          {t('used', { used: amount(used), limit: amount(limit) })}
        </span>
      </div>
      <div
        className="progress progress-sm"
        role="meter"
        aria-label={names(resource)}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(after, limit)}
        aria-valuetext={t('used', { used: amount(after), limit: amount(limit) })}
      >
        <div
          className={`progress-bar ${isNearlyFull ? 'bg-warning' : ''}`}
          style={{ width: `${usedShare * 100}%` }}
        />
        {asked > 0 && (
          <div
            className={`progress-bar ${isOver ? 'bg-danger' : 'progress-bar-asked'}`}
            style={{ width: `${(isOver ? 1 - usedShare : askedShare) * 100}%` }}
          />
        )}
      </div>
      {asked > 0 && (
        <div className={`small tabular ${isOver ? 'text-danger' : 'text-secondary'}`}>
          {isOver ? t('over', { amount: amount(after - limit) }) : t('afterwards', { amount: amount(after) })}
        </div>
      )}
    </div>
  );
}

/** A limit of 0 means none: it is full from the start. */
const share = (part: number, limit: number) => (limit === 0 ? (part > 0 ? 1 : 0) : Math.min(part / limit, 1));

export function QuotaMeters({
  quota,
  usage,
  asked = {},
}: {
  quota: Quota;
  usage: Quota;
  asked?: Partial<Quota>;
}) {
  return quotaResources.map((resource) => (
    <QuotaMeter
      key={resource}
      resource={resource}
      used={usage[resource]}
      limit={quota[resource]}
      asked={asked[resource] ?? 0}
    />
  ));
}
