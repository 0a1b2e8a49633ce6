/** A user's own limits: each is the default until it is given a value. */
import type { OwnQuota, Quota, QuotaResource } from '@loucloud/api';
import { amountText } from '../../app/error-sentence.ts';
import type { FieldState } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { quotaResources } from '../../ui/QuotaMeter.tsx';
import { SizeField } from '../../ui/SizeField.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { NumberField } from '../../ui/fields.tsx';
import { quotaMessages } from '../../words/nouns.messages.ts';
import './users.css';
import { usersMessages } from './users.messages.ts';

interface QuotaFieldsProps {
  readonly form: { readonly field: (name: QuotaResource) => FieldState<OwnQuota[QuotaResource]> };
  readonly byDefault: Quota;
  readonly usage?: Quota;
}

export function QuotaFields({ form, byDefault, usage }: QuotaFieldsProps) {
  return quotaResources.map((resource) => (
    <QuotaField
      key={resource}
      resource={resource}
      field={form.field(resource)}
      byDefault={byDefault[resource]}
      {...(usage ? { used: usage[resource] } : {})}
    />
  ));
}

interface QuotaFieldProps {
  readonly resource: QuotaResource;
  readonly field: FieldState<number | null>;
  readonly byDefault: number;
  readonly used?: number;
}

function QuotaField({ resource, field, byDefault, used }: QuotaFieldProps) {
  const t = useT(usersMessages);
  const names = useT(quotaMessages);
  const format = useFormat();
  const isOwn = field.value !== null;
  const limit = field.value ?? byDefault;
  const hint =
    used === undefined ? undefined : (
      <>
        <UsageMeter
          isCompact
          isLabelHidden
          label={t('usedOf', { resource: names(resource) })}
          used={used}
          limit={Number.isNaN(limit) ? 0 : limit}
          amount={(value) => amountText(resource, value, format)}
        />
        {limit < used && <span className="text-warning">{t('quotaUnder')}</span>}
      </>
    );
  const shown = { ...field, value: limit };
  const common = { label: names(resource), hint, isDisabled: !isOwn };
  return (
    <div className="quota-field">
      {resource === 'memoryMib' ? (
        <SizeField {...common} field={shown} base="mib" />
      ) : resource === 'diskBytes' ? (
        <SizeField {...common} field={shown} base="bytes" />
      ) : (
        <NumberField {...common} field={shown} step={1} />
      )}
      <label className="form-check form-switch quota-default">
        <input
          type="checkbox"
          role="switch"
          className="form-check-input"
          aria-label={`${names(resource)}: ${t('byDefault')}`}
          checked={!isOwn}
          onChange={({ target }) => field.set(target.checked ? null : byDefault)}
        />
        <span className="form-check-label">{t('byDefault')}</span>
      </label>
    </div>
  );
}
