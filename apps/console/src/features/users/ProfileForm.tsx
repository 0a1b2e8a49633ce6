import type { User } from '@loucloud/api';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SubmitButton, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { usersMessages } from './users.messages.ts';

export function ProfileForm({ user: { id, name, displayName } }: { user: User }) {
  const t = useT(usersMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const form = useForm('userUpdate', {
    initial: { displayName, name },
    request: (body) => ({ params: { userId: id }, body }),
    onDone: (saved) => {
      toast.success(t('saved'));
      form.reset({ displayName: saved.displayName, name: saved.name });
    },
  });
  return (
    <form className="card" {...form.props}>
      <div className="card-header">
        <h2 className="card-title">{t('profile')}</h2>
      </div>
      <div className="card-body">
        <ProblemAlert error={form.error} />
        <TextField field={form.field('displayName')} label={t('displayName')} />
        <TextField field={form.field('name')} label={t('name')} hint={t('nameHint')} isRequired isCode />
      </div>
      {form.isChanged && (
        <div className="card-footer text-end">
          <SubmitButton isPending={form.isPending}>{ui('save')}</SubmitButton>
        </div>
      )}
    </form>
  );
}
