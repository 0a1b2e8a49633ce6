import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { query } from '../../app/api.ts';
import type { Form } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { SizeField, UnitField } from '../../ui/SizeField.tsx';
import { NumberField, SelectField } from '../../ui/fields.tsx';
import { quotaMessages } from '../../words/nouns.messages.ts';
import type { SettingValues } from './setting-values.ts';
import { settingNameMessages, settingsMessages } from './settings.messages.ts';

interface FieldsProps {
  readonly form: Form<SettingValues>;
}

export function SettingFields({ form }: FieldsProps) {
  return (
    <div className="d-grid gap-3">
      <QuotaCard form={form} />
      <VmsCard form={form} />
      <ServersCard form={form} />
      <AccessCard form={form} />
    </div>
  );
}

function QuotaCard({ form }: FieldsProps) {
  const t = useT(settingsMessages);
  const names = useT(settingNameMessages);
  const resources = useT(quotaMessages);
  return (
    <Section title={names('defaultQuota')} hint={t('quotaHint')}>
      <Half>
        <NumberField field={form.field('vms')} label={resources('vms')} step={1} />
      </Half>
      <Half>
        <NumberField field={form.field('runningVms')} label={resources('runningVms')} step={1} />
      </Half>
      <Half>
        <NumberField field={form.field('vcpus')} label={resources('vcpus')} step={1} />
      </Half>
      <Half>
        <SizeField field={form.field('memoryMib')} base="mib" label={resources('memoryMib')} />
      </Half>
      <Half>
        <SizeField field={form.field('diskBytes')} base="bytes" label={resources('diskBytes')} />
      </Half>
    </Section>
  );
}

function VmsCard({ form }: FieldsProps) {
  const t = useT(settingsMessages);
  const names = useT(settingNameMessages);
  const { data } = useQuery(query('networkList', { query: { limit: 200, sort: 'name' } }));
  const networks = data?.items ?? [];
  const network = form.field('defaultNetworkId');
  const hasNone = networks.length === 0 || network.value === '';
  return (
    <Section title={t('vms')}>
      <Half>
        <NumberField
          field={form.field('shutdownTimeoutSeconds')}
          label={names('shutdownTimeoutSeconds')}
          hint={t('shutdownHint')}
          unit={t('seconds')}
          step={1}
        />
      </Half>
      <Half>
        <NumberField
          field={form.field('recycleDays')}
          label={names('recycleDays')}
          hint={t('recycleHint')}
          unit={t('days')}
          step={1}
        />
      </Half>
      <Half>
        <NumberField
          field={form.field('imageCopyDays')}
          label={names('imageCopyDays')}
          hint={t('imageCopyHint')}
          unit={t('days')}
          step={1}
        />
      </Half>
      <Half>
        <SelectField
          field={network}
          label={names('defaultNetworkId')}
          hint={t('networkHint')}
          options={[
            ...(hasNone ? [{ value: '', label: t('noNetwork') }] : []),
            ...networks.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
      </Half>
    </Section>
  );
}

function ServersCard({ form }: FieldsProps) {
  const t = useT(settingsMessages);
  return (
    <Section title={t('servers')} hint={t('serversHint')}>
      <Half>
        <NumberField
          field={form.field('vcpuOvercommit')}
          label={t('vcpuOvercommit')}
          hint={t('vcpuOvercommitHint')}
          step={0.5}
        />
      </Half>
      <Half>
        <NumberField
          field={form.field('memoryOvercommit')}
          label={t('memoryOvercommit')}
          hint={t('memoryOvercommitHint')}
          step={0.1}
        />
      </Half>
      <Half>
        <SizeField
          field={form.field('systemMemoryMib')}
          base="mib"
          label={t('systemMemory')}
          hint={t('systemMemoryHint')}
        />
      </Half>
    </Section>
  );
}

function AccessCard({ form }: FieldsProps) {
  const t = useT(settingsMessages);
  const names = useT(settingNameMessages);
  const hours = { label: t('hours'), worth: 60 };
  return (
    <Section title={t('access')}>
      <Half>
        <UnitField
          field={form.field('sessionLifetimeMinutes')}
          label={names('sessionLifetimeMinutes')}
          hint={t('sessionHint')}
          units={[{ label: t('minutes'), worth: 1 }, hours, { label: t('days'), worth: 1440 }]}
          preferred={hours}
        />
      </Half>
    </Section>
  );
}

function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="card">
      <div className="card-header">
        <div>
          <h2 className="card-title">{title}</h2>
          {hint && <p className="card-subtitle m-0">{hint}</p>}
        </div>
      </div>
      <div className="card-body">
        <div className="row">{children}</div>
      </div>
    </section>
  );
}

const Half = ({ children }: { children: ReactNode }) => <div className="col-sm-6">{children}</div>;
