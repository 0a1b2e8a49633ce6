import type { FieldState } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { Field } from '../../ui/fields.tsx';
import { endOfDay } from './class-time.ts';
import { classesMessages } from './classes.messages.ts';

export function DayField({ field }: { field: FieldState<string> }) {
  const t = useT(classesMessages);
  return (
    <Field label={t('expires')} hint={<Hint day={field.value} />} name={field.name} error={field.error}>
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

/** The browser writes the day in its own language, whatever the page's: here it stands in the reader's. */
function Hint({ day }: { day: string }) {
  const t = useT(classesMessages);
  const format = useFormat();
  return (
    <>
      {day !== '' && <strong className="d-block">{format.day(endOfDay(day))}</strong>}
      {t('expiresHint')}
    </>
  );
}
