/** What a class is made of, apart from its members. */
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import type { Form } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { LoadAlert } from '../../ui/Problem.tsx';
import { DateField } from '../../ui/DateField.tsx';
import { UserSelect } from '../../ui/UserSelect.tsx';
import { type Option, SelectField, TextAreaField, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { classesMessages } from './classes.messages.ts';

export interface ClassValues {
  readonly name: string;
  readonly description: string;
  readonly templateId: string;
  /** null: the admin. */
  readonly owner: Option<string> | null;
  /** A day; empty: never. */
  readonly expiresAt: string;
}

type ClassForm = Pick<Form<ClassValues>, 'values' | 'field' | 'set'>;

export function ClassFields({ form }: { form: ClassForm }) {
  const t = useT(classesMessages);
  const ui = useT(uiMessages);
  const {
    data: templates,
    isPending,
    error,
    refetch,
  } = useQuery(query('templateList', { query: { limit: 200, sort: 'name' } }));
  const options = (templates?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const example = `${form.values.name || 'cs-1'}-zhang`;
  return (
    <>
      <LoadAlert error={templates ? null : error} onRetry={() => void refetch()} />
      <TextField
        field={form.field('name')}
        label={t('name')}
        hint={t('nameHint', { example })}
        isRequired
        autoFocus
      />
      <TextAreaField field={form.field('description')} label={t('description')} rows={2} />
      <SelectField
        field={form.field('templateId')}
        label={t('template')}
        hint={t('templateHint')}
        isRequired
        options={[{ value: '', label: isPending ? ui('loading') : t('choose') }, ...options]}
      />
      <div className="mb-3">
        <span className="form-label">{t('teacher')}</span>
        <UserSelect
          label={t('teacher')}
          placeholder={t('you')}
          value={form.values.owner}
          onChange={(owner) => form.set({ owner })}
        />
        <small className="form-hint">{t('teacherHint')}</small>
      </div>
      <DateField field={form.field('expiresAt')} label={t('expires')} hint={t('expiresHint')} />
    </>
  );
}
