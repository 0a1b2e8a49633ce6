import { useQueryClient } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { useMe } from '../../app/session.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { Field, SubmitButton, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { accountMessages } from './account.messages.ts';

export function ProfileCard() {
  const t = useT(accountMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const queries = useQueryClient();
  const { user } = useMe();
  const form = useForm('meUpdate', {
    initial: { displayName: user.displayName },
    request: (body) => ({ body }),
    onDone: (me) => {
      queries.setQueryData(query('meGet').queryKey, me);
      form.reset({ displayName: me.user.displayName });
      toast.success(t('saved'));
    },
  });
  return (
    <form className="card" {...form.props}>
      <div className="card-body">
        <h2 className="card-title">{t('profile')}</h2>
        <ProblemAlert error={form.error} />
        <Field name="userName" error={undefined} label={t('userName')} hint={t('userNameHint')}>
          {(parts) => <input {...parts} className="form-control" value={user.name} readOnly />}
        </Field>
        <TextField field={form.field('displayName')} label={t('displayName')} autoComplete="name" />
        <SubmitButton isPending={form.isPending}>{ui('save')}</SubmitButton>
      </div>
    </form>
  );
}
