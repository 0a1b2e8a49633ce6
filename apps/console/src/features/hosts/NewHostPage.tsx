/** Adds a server: its checks show up beside the form as they run, and what was typed stays whatever they find. */
import type { ApiError } from '@loucloud/api';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { query, useAction } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { operationEnd } from '../../app/operation-follow.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Page } from '../../ui/Page.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { SizeField } from '../../ui/SizeField.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { NumberField, SubmitButton, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { ChecksPanel } from './ChecksPanel.tsx';
import { hostsMessages } from './hosts.messages.ts';

/** NaN and '': as the settings say. */
const initial = {
  name: '',
  uri: 'qemu:///system',
  poolName: '',
  vcpuOvercommit: Number.NaN,
  memoryOvercommit: Number.NaN,
  systemMemoryMib: Number.NaN,
};
type Values = typeof initial;

const given = ({ poolName, vcpuOvercommit, memoryOvercommit, systemMemoryMib }: Values) => ({
  ...(poolName === '' ? {} : { poolName }),
  ...(Number.isNaN(vcpuOvercommit) ? {} : { vcpuOvercommit }),
  ...(Number.isNaN(memoryOvercommit) ? {} : { memoryOvercommit }),
  ...(Number.isNaN(systemMemoryMib) ? {} : { systemMemoryMib }),
});

export function NewHostPage() {
  const t = useT(hostsMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const [operationId, setOperationId] = useState<string | null>(null);
  const form = useForm('hostAdd', {
    initial,
    request: (values) => ({ body: { name: values.name, uri: values.uri, ...given(values) } }),
    onDone: async (accepted, { name }) => {
      check.reset();
      setOperationId(accepted.operationId);
      const { objectId } = await operationEnd(accepted.operationId);
      toast.success(t('added2', { name }));
      await navigate(`/hosts/${objectId}`);
    },
  });
  const check = useAction('hostCheck', { onSuccess: (accepted) => setOperationId(accepted.operationId) });
  const { uri, poolName } = form.values;
  const testOnly = () => {
    // What an earlier check found says nothing about what is typed now.
    setOperationId(null);
    check.mutate({ body: { uri, ...(poolName === '' ? {} : { poolName }) } });
  };
  return (
    <Page title={t('addTitle')} back={{ to: '/hosts', label: t('title') }}>
      <div className="row row-cards">
        <div className="col-lg-6">
          <form className="card" {...form.props}>
            <div className="card-body">
              <p className="text-secondary">{t('addIntro')}</p>
              <ProblemAlert error={withoutChecks(form.error)} />
              <TextField
                field={form.field('name')}
                label={t('name')}
                hint={t('nameHint')}
                isRequired
                autoFocus
              />
              <TextField field={form.field('uri')} label={t('uri')} hint={t('uriHint')} isRequired isCode />
              <Advanced form={form} />
            </div>
            <div className="card-footer d-flex flex-wrap gap-2 justify-content-end">
              <ActionButton
                icon={IconPlugConnected}
                className="me-auto"
                isPending={check.isPending}
                reason={uri === '' ? ui('required') : undefined}
                onClick={testOnly}
              >
                {t('testOnly')}
              </ActionButton>
              <SubmitButton isPending={form.isPending}>{t('addNow')}</SubmitButton>
            </div>
          </form>
        </div>
        <div className="col-lg-6">
          <ChecksPanel operationId={operationId} error={check.error} />
        </div>
      </div>
    </Page>
  );
}

/** A failed check stands beside the form, with its fix. */
const withoutChecks = (error: ApiError | null) => (error?.code === 'host_check_failed' ? null : error);

function Advanced({ form }: { form: ReturnType<typeof useForm<'hostAdd', Values>> }) {
  const t = useT(hostsMessages);
  const format = useFormat();
  const { data } = useQuery(query('settingsGet'));
  const byDefault = (value: number | undefined) => (value === undefined ? '' : format.number(value));
  return (
    <details>
      <summary className="mb-3">{t('advanced')}</summary>
      <TextField
        field={form.field('poolName')}
        label={t('poolName')}
        hint={t('poolHint')}
        placeholder="loucloud"
        isCode
      />
      <div className="row">
        <div className="col-sm-6">
          <NumberField
            field={form.field('vcpuOvercommit')}
            label={t('vcpuOvercommit')}
            hint={t('vcpuOvercommitHint')}
            placeholder={byDefault(data?.settings.vcpuOvercommit)}
            step={0.5}
          />
        </div>
        <div className="col-sm-6">
          <NumberField
            field={form.field('memoryOvercommit')}
            label={t('memoryOvercommit')}
            hint={t('memoryOvercommitHint')}
            placeholder={byDefault(data?.settings.memoryOvercommit)}
            step={0.1}
          />
        </div>
      </div>
      <SizeField
        field={form.field('systemMemoryMib')}
        base="mib"
        label={t('systemMemory')}
        hint={t('systemMemoryHint')}
      />
    </details>
  );
}
