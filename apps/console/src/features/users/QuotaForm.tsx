/** A user's quota with what is used of it, and where each limit comes from. */
import type { User } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { LoadProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SubmitButton } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { QuotaFields } from './QuotaFields.tsx';
import { quotaOf } from './quota-values.ts';
import { usersMessages } from './users.messages.ts';

export function QuotaForm({ user }: { user: User }) {
  const t = useT(usersMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const { data: settings, error, refetch } = useQuery(query('settingsGet'));
  const form = useForm('userUpdate', {
    initial: user.ownQuota,
    request: (values) => ({ params: { userId: user.id }, body: { ownQuota: quotaOf(values) } }),
    onDone: (saved) => {
      toast.success(t('saved'));
      form.reset(saved.ownQuota);
    },
  });
  return (
    <form className="card" {...form.props}>
      <div className="card-header">
        <div>
          <h2 className="card-title">{t('quota')}</h2>
          <p className="card-subtitle m-0">{t('quotaOwn')}</p>
        </div>
      </div>
      <div className="card-body">
        <ProblemAlert error={form.error} />
        {error && !settings && <LoadProblem error={error} onRetry={() => void refetch()} />}
        {settings && (
          <QuotaFields form={form} byDefault={settings.settings.defaultQuota} usage={user.usage} />
        )}
      </div>
      {form.isChanged && (
        <div className="card-footer text-end">
          <SubmitButton isPending={form.isPending}>{ui('save')}</SubmitButton>
        </div>
      )}
    </form>
  );
}
