import { type ReplyFor } from '@loucloud/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { query } from '../../app/api.ts';
import { type Form, useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SubmitButton } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { SettingChanges } from './SettingChanges.tsx';
import { SettingFields } from './SettingFields.tsx';
import { type SettingValues, changesBetween, valuesOf } from './setting-values.ts';
import './settings.css';
import { settingsMessages } from './settings.messages.ts';

export function SettingsPage() {
  const t = useT(settingsMessages);
  const { data, error, refetch } = useQuery(query('settingsGet'));
  return (
    <Page help="settings" title={t('title')}>
      {!data && !error && (
        <PageSkeleton
          columns={[
            ['col-lg-8', 22.5, 22, 21, 14],
            ['col-lg-4', 18],
          ]}
        />
      )}
      {error && !data && <PageProblem error={error} onRetry={() => void refetch()} />}
      {data && (
        <div className="row row-cards">
          <div className="col-lg-8">
            <SettingsForm settings={data.settings} />
          </div>
          <div className="col-lg-4">
            <SettingChanges changes={data.changes} />
          </div>
        </div>
      )}
    </Page>
  );
}

function SettingsForm({ settings }: Pick<ReplyFor<'settingsGet'>, 'settings'>) {
  const t = useT(settingsMessages);
  const toast = useToast();
  const queries = useQueryClient();
  const [base, setBase] = useState(() => valuesOf(settings));
  const form = useForm<'settingsUpdate', SettingValues>('settingsUpdate', {
    initial: base,
    request: (values) => ({ body: changesBetween(base, values) }),
    onDone: (saved) => {
      queries.setQueryData(query('settingsGet').queryKey, saved);
      start(valuesOf(saved.settings));
      toast.success(t('saved'));
    },
  });
  const start = (values: SettingValues) => {
    setBase(values);
    form.reset(values);
  };
  const read = JSON.stringify(settings);
  useEffect(() => {
    // Changed elsewhere: what is being typed here is not thrown away for it.
    if (!form.isChanged) start(valuesOf(settings));
    // Only news counts, not that the form has become unchanged.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [read]);
  return (
    <form {...form.props}>
      <ProblemAlert error={form.error} />
      <SettingFields form={form} />
      <SaveBar form={form} onDiscard={() => start(valuesOf(settings))} />
    </form>
  );
}

function SaveBar({ form, onDiscard }: { form: Form<SettingValues>; onDiscard: () => void }) {
  const t = useT(settingsMessages);
  const ui = useT(uiMessages);
  return (
    <div className={form.isChanged ? 'save-bar is-changed' : 'save-bar'}>
      {form.isChanged && (
        <button type="button" className="btn" onClick={onDiscard}>
          {t('reset')}
        </button>
      )}
      <SubmitButton isPending={form.isPending} {...(form.isChanged ? {} : { reason: t('unchanged') })}>
        {ui('save')}
      </SubmitButton>
    </div>
  );
}
