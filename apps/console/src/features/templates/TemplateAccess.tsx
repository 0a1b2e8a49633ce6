/** Who sees the template: everybody, or users found by name. */
import { useQueries } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import type { Form } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { UsersField, userLabel } from '../../ui/UserSelect.tsx';
import { ChoiceField } from '../../ui/fields.tsx';
import type { TemplateValues } from './template-values.ts';
import { templatesMessages } from './templates.messages.ts';

export function TemplateAccess({ form }: { form: Form<TemplateValues> }) {
  const t = useT(templatesMessages);
  const { visibility, userIds } = form.values;
  const users = useUserOptions(userIds);
  return (
    <>
      <ChoiceField
        field={form.field('visibility')}
        label={t('access')}
        options={[
          { value: 'all', label: t('all') },
          { value: 'chosen', label: t('chosen') },
        ]}
      />
      {visibility === 'chosen' && (
        <UsersField
          label={t('users')}
          placeholder={t('addUser')}
          hint={userIds.length === 0 ? t('usersNone') : undefined}
          error={form.field('userIds').error}
          value={users}
          onChange={(chosen) => form.set({ userIds: chosen.map(({ value }) => value) })}
        />
      )}
    </>
  );
}

/** A template keeps ids; people know names. */
function useUserOptions(userIds: readonly string[]) {
  return useQueries({
    queries: userIds.map((userId) => query('userGet', { params: { userId } })),
    combine: (results) =>
      results.map(({ data }, index) => ({
        value: userIds[index] ?? '',
        label: data ? userLabel(data) : '…',
      })),
  });
}
