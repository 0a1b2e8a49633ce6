/** A list of members: pasted, or out of a file. */
import type { FieldState } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { TextAreaField } from '../../ui/fields.tsx';
import { classesMessages } from './classes.messages.ts';
import { listText } from './list-text.ts';

export function MembersField({ field }: { field: FieldState<string> }) {
  const t = useT(classesMessages);
  return (
    <>
      <TextAreaField field={field} label={t('members')} hint={t('membersHint')} rows={8} />
      <label className="btn btn-sm mb-3">
        {t('openFile')}
        <input
          type="file"
          accept=".csv,.txt,text/csv,text/plain"
          className="visually-hidden"
          onChange={({ target }) => {
            const [file] = target.files ?? [];
            if (file) void file.arrayBuffer().then((bytes) => field.set(listText(bytes)));
            // The same file, put right meanwhile, may be opened again.
            target.value = '';
          }}
        />
      </label>
    </>
  );
}
