/** Adds a server: its checks show up beside the form as they run, and what was typed stays whatever they find. */
import type { ApiError } from '@loucloud/api';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { flushSync } from 'react-dom';
import { useNavigate } from 'react-router';
import { query, useAction } from '../../app/api.ts';
import { type Form, useForm } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { operationEnd } from '../../app/operation-follow.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Page } from '../../ui/Page.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { SizeField } from '../../ui/SizeField.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { NumberField, SubmitButton, TextField } from '../../ui/fields.tsx';
import { AddressFields } from './AddressFields.tsx';
import { ChecksPanel, type StartedChecks } from './ChecksPanel.tsx';
import { CredentialFields } from './CredentialFields.tsx';
import { hostAccessMessages } from './host-access.messages.ts';
import { partsOf } from './host-address.ts';
import { hostsMessages } from './hosts.messages.ts';
import {
  type NewHostValues,
  candidateOf,
  emptyHost,
  missingForCheck,
  missingParts,
  newHostOf,
  pinOf,
  uriOf,
  wayOf,
} from './new-host-values.ts';

export function NewHostPage() {
  const t = useT(hostsMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const [started, setStarted] = useState<StartedChecks | null>(null);
  /** What was asked for last: confirming the server's key goes on with it. */
  const [isAdding, setIsAdding] = useState(false);
  const form = useForm('hostAdd', {
    initial: emptyHost,
    check: missingParts,
    request: (values) => ({ body: newHostOf(values) }),
    onDone: async ({ operationId }, values) => {
      check.reset();
      setIsAdding(true);
      setStarted({ operationId, transport: wayOf(values) });
      const { objectId } = await operationEnd(operationId);
      toast.success(t('added2', { name: values.name }));
      await navigate(`/hosts/${objectId}`);
    },
  });
  const { values } = form;
  const check = useAction('hostCheck');
  const checkOnly = (candidate: NewHostValues) => {
    // What an earlier check found says nothing about what is typed now.
    setStarted(null);
    setIsAdding(false);
    check.mutate(
      { body: candidateOf(candidate) },
      { onSuccess: ({ operationId }) => setStarted({ operationId, transport: wayOf(candidate) }) },
    );
  };
  const confirmKey = (fingerprint: string) => {
    const pin = { uri: uriOf(values), fingerprint };
    if (!isAdding) {
      form.set({ pin });
      checkOnly({ ...values, pin });
      return;
    }
    // The form sends what it holds when it is submitted.
    flushSync(() => form.set({ pin }));
    form.props.ref.current?.requestSubmit();
  };
  const reason = useMissing(values);
  return (
    <Page help="newHost" title={t('addTitle')} back={{ to: '/hosts', label: t('title') }}>
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
              <AddressFields form={form} />
              <CredentialFields form={form} transport={wayOf(values)} username={userOf(values)} />
              <Pin form={form} />
              <Advanced form={form} />
            </div>
            <div className="card-footer d-flex flex-wrap gap-2 justify-content-end">
              <ActionButton
                icon={IconPlugConnected}
                className="me-auto"
                isPending={check.isPending}
                reason={reason}
                onClick={() => checkOnly(values)}
              >
                {t('testOnly')}
              </ActionButton>
              <SubmitButton isPending={form.isPending}>{t('addNow')}</SubmitButton>
            </div>
          </form>
        </div>
        <div className="col-lg-6">
          <ChecksPanel started={started} error={check.error} onConfirmKey={confirmKey} />
        </div>
      </div>
    </Page>
  );
}

/** A failed check stands beside the form, with its fix; the question about the key too. */
const withoutChecks = (error: ApiError | null) =>
  error?.code === 'host_check_failed' || error?.code === 'host_key_unconfirmed' ? null : error;

const userOf = (values: NewHostValues): string =>
  values.uri === null ? values.username : partsOf(values.uri).username;

/** Why nothing can be checked yet. */
function useMissing(values: NewHostValues): string | undefined {
  const t = useT(hostsMessages);
  const access = useT(hostAccessMessages);
  const missing = missingForCheck(values);
  if (missing === null) return undefined;
  return access('missing', { field: missing === 'uri' ? t('uri') : access(missing) });
}

function Pin({ form }: { form: Form<NewHostValues> }) {
  const t = useT(hostAccessMessages);
  const fingerprint = pinOf(form.values);
  if (fingerprint === null || wayOf(form.values) !== 'ssh') return null;
  return (
    <div className="mb-3">
      <div className="form-label">{t('pinned')}</div>
      <code className="text-break">{fingerprint}</code>{' '}
      <button
        type="button"
        className="btn btn-link p-0 align-baseline"
        onClick={() => form.set({ pin: null })}
      >
        {t('unpin')}
      </button>
    </div>
  );
}

function Advanced({ form }: { form: Form<NewHostValues> }) {
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
