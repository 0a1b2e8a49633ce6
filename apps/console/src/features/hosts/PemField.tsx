/** A key or a certificate: pasted, or read from a file that never leaves this page but into the field. */
import { IconFileUpload } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import type { FieldState } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Field } from '../../ui/fields.tsx';
import { hostAccessMessages } from './host-access.messages.ts';

/** Whatever is larger is something else. */
const MAX_BYTES = 16_000;

interface PemFieldProps {
  readonly field: FieldState<string>;
  readonly label: string;
  readonly hint: ReactNode;
  /** What its first line says. */
  readonly placeholder: string;
}

export function PemField({ field, label, hint, placeholder }: PemFieldProps) {
  const t = useT(hostAccessMessages);
  const input = useRef<HTMLInputElement>(null);
  const [isTooLarge, setIsTooLarge] = useState(false);
  const set = (text: string) => {
    setIsTooLarge(false);
    field.set(text);
  };
  const read = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MAX_BYTES) setIsTooLarge(true);
    else set(await file.text());
  };
  return (
    <Field
      name={field.name}
      label={label}
      hint={hint}
      isRequired
      error={isTooLarge ? t('tooLarge') : field.error}
    >
      {(parts, invalid) => (
        <div className="pem">
          <textarea
            {...parts}
            className={`form-control font-monospace ${invalid}`}
            rows={4}
            value={field.value}
            placeholder={placeholder}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => set(event.target.value)}
          />
          <input
            ref={input}
            type="file"
            hidden
            onChange={(event) => {
              void read(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
          <button type="button" className="btn btn-sm" onClick={() => input.current?.click()}>
            <IconFileUpload size={16} className="icon" aria-hidden="true" />
            {t('chooseFile')}
            <span className="visually-hidden">{label}</span>
          </button>
        </div>
      )}
    </Field>
  );
}
