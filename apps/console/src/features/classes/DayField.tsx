import type { FieldState } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Field } from '../../ui/fields.tsx';
import { classesMessages } from './classes.messages.ts';

export function DayField({ field }: { field: FieldState<string> }) {
  const t = useT(classesMessages);
  return (
    <Field label={t('expires')} hint={t('expiresHint')} name={field.name} error={field.error}>
      {(parts, invalid) => (
        <input
          {...parts}
          type="date"
          className={`form-control ${invalid}`}
          value={field.value}
          onChange={(event) => field.set(event.target.value)}
        />
      )}
    </Field>
  );
}
