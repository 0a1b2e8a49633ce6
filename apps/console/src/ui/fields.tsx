/** Labelled inputs that show their hint and their error, tied together for screen readers. */
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { type HTMLInputAutoCompleteAttribute, type ReactNode, useId, useState } from 'react';
import type { FieldState } from '../app/form.ts';
import { useT } from '../app/language.tsx';
import { uiMessages } from './ui.messages.ts';

interface Common {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
  readonly autoFocus?: boolean;
  readonly placeholder?: string;
}

interface Parts {
  readonly id: string;
  readonly name: string;
  readonly 'aria-invalid': boolean;
  readonly 'aria-describedby': string | undefined;
  readonly required: boolean;
  readonly disabled: boolean;
}

interface FieldProps extends Common {
  readonly name: string;
  readonly error: string | undefined;
  readonly children: (parts: Parts, invalidClass: string) => ReactNode;
}

export function Field({
  name,
  error,
  label,
  hint,
  isRequired = false,
  isDisabled = false,
  children,
}: FieldProps) {
  const id = useId();
  const hasNote = error !== undefined || hint !== undefined;
  const parts: Parts = {
    id,
    name,
    'aria-invalid': error !== undefined,
    'aria-describedby': hasNote ? `${id}-note` : undefined,
    required: isRequired,
    disabled: isDisabled,
  };
  return (
    <div className="mb-3">
      <label className={`form-label ${isRequired ? 'required' : ''}`} htmlFor={id}>
        {label}
      </label>
      {children(parts, error === undefined ? '' : 'is-invalid')}
      {hasNote && (
        <div id={`${id}-note`} className={error === undefined ? 'form-hint mt-1' : 'field-error'}>
          {error ?? hint}
        </div>
      )}
    </div>
  );
}

interface TextFieldProps extends Common {
  readonly field: FieldState<string>;
  readonly autoComplete?: HTMLInputAutoCompleteAttribute;
  /** A monospace face for paths, addresses and keys. */
  readonly isCode?: boolean;
  readonly type?: 'text' | 'search';
}

export function TextField({
  field,
  autoComplete = 'off',
  isCode = false,
  type = 'text',
  ...common
}: TextFieldProps) {
  return (
    <Field {...common} name={field.name} error={field.error}>
      {(parts, invalid) => (
        <input
          {...parts}
          type={type}
          className={`form-control ${isCode ? 'font-monospace' : ''} ${invalid}`}
          value={field.value}
          placeholder={common.placeholder}
          autoFocus={common.autoFocus}
          autoComplete={autoComplete}
          spellCheck={false}
          onChange={(event) => field.set(event.target.value)}
        />
      )}
    </Field>
  );
}

export function TextAreaField({
  field,
  rows = 3,
  ...common
}: Common & { field: FieldState<string>; rows?: number }) {
  return (
    <Field {...common} name={field.name} error={field.error}>
      {(parts, invalid) => (
        <textarea
          {...parts}
          className={`form-control ${invalid}`}
          rows={rows}
          value={field.value}
          placeholder={common.placeholder}
          onChange={(event) => field.set(event.target.value)}
        />
      )}
    </Field>
  );
}

export function PasswordField({ field, autoComplete, ...common }: TextFieldProps) {
  const t = useT(uiMessages);
  const [isShown, setIsShown] = useState(false);
  const Icon = isShown ? IconEyeOff : IconEye;
  return (
    <Field {...common} name={field.name} error={field.error}>
      {(parts, invalid) => (
        <div className="input-group input-group-flat">
          <input
            {...parts}
            type={isShown ? 'text' : 'password'}
            className={`form-control ${invalid}`}
            value={field.value}
            autoFocus={common.autoFocus}
            autoComplete={autoComplete}
            onChange={(event) => field.set(event.target.value)}
          />
          <span className="input-group-text">
            <button
              type="button"
              className="input-button link-secondary"
              aria-label={isShown ? t('hidePassword') : t('showPassword')}
              aria-pressed={isShown}
              onClick={() => setIsShown(!isShown)}
            >
              <Icon size={18} aria-hidden="true" />
            </button>
          </span>
        </div>
      )}
    </Field>
  );
}

interface NumberFieldProps extends Common {
  /** NaN: the input is empty or no number; the schema's check says so. */
  readonly field: FieldState<number>;
  /** What one shown unit is worth: 1024³ for a disk in GiB. */
  readonly scale?: number;
  readonly unit?: string;
  readonly step?: number;
  readonly min?: number;
}

export function NumberField({ field, scale = 1, unit, step, min = 0, ...common }: NumberFieldProps) {
  const shown = (value: number) => (Number.isNaN(value) ? '' : String(value / scale));
  const [text, setText] = useState(() => shown(field.value));
  const parsed = (input: string) =>
    input.trim() === '' ? Number.NaN : Math.round(Number(input) * scale * 1e6) / 1e6;
  // The value may be set from outside (another template chosen); what is being typed ("1.") is kept.
  const current = Object.is(parsed(text), field.value) ? text : shown(field.value);
  return (
    <Field {...common} name={field.name} error={field.error}>
      {(parts, invalid) => {
        const input = (
          <input
            {...parts}
            type="number"
            inputMode="decimal"
            min={min}
            step={step ?? 'any'}
            className={`form-control ${invalid}`}
            value={current}
            placeholder={common.placeholder}
            autoFocus={common.autoFocus}
            onChange={(event) => {
              setText(event.target.value);
              field.set(parsed(event.target.value));
            }}
          />
        );
        if (unit === undefined) return input;
        return (
          <div className="input-group">
            {input}
            <span className="input-group-text">{unit}</span>
          </div>
        );
      }}
    </Field>
  );
}

export interface Option<V extends string> {
  readonly value: V;
  readonly label: string;
}

interface SelectFieldProps<V extends string> extends Common {
  readonly field: FieldState<V>;
  readonly options: readonly Option<V>[];
}

export function SelectField<V extends string>({ field, options, ...common }: SelectFieldProps<V>) {
  return (
    <Field {...common} name={field.name} error={field.error}>
      {(parts, invalid) => (
        <select
          {...parts}
          className={`form-select ${invalid}`}
          value={field.value}
          // Its options are all that it can hold.
          onChange={(event) => field.set(event.target.value as V)}
        >
          {options.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function SwitchField({
  field,
  label,
  hint,
  isDisabled = false,
}: Common & { field: FieldState<boolean> }) {
  const id = useId();
  return (
    <div className="mb-3">
      <label className="form-check form-switch">
        <input
          type="checkbox"
          role="switch"
          name={field.name}
          className="form-check-input"
          checked={field.value}
          disabled={isDisabled}
          aria-describedby={hint ? `${id}-note` : undefined}
          onChange={(event) => field.set(event.target.checked)}
        />
        <span className="form-check-label">{label}</span>
        {hint && (
          <span id={`${id}-note`} className="form-check-description">
            {hint}
          </span>
        )}
      </label>
    </div>
  );
}

/** A choice of a few, all in sight. */
export function ChoiceField<V extends string>({ field, options, ...common }: SelectFieldProps<V>) {
  const id = useId();
  return (
    <fieldset className="mb-3">
      <legend className="form-label">{common.label}</legend>
      <div className="form-selectgroup">
        {options.map(({ value, label }) => (
          <label key={value} className="form-selectgroup-item">
            <input
              type="radio"
              name={`${id}-${field.name}`}
              className="form-selectgroup-input"
              checked={field.value === value}
              onChange={() => field.set(value)}
            />
            <span className="form-selectgroup-label">{label}</span>
          </label>
        ))}
      </div>
      {common.hint && <div className="form-hint mt-1">{common.hint}</div>}
    </fieldset>
  );
}

/** What a form ends with. */
export function SubmitButton({
  children,
  isPending,
  reason,
}: {
  children: ReactNode;
  isPending: boolean;
  reason?: string;
}) {
  return (
    <button
      type="submit"
      className={`btn btn-primary ${isPending ? 'btn-loading' : ''}`}
      disabled={reason !== undefined}
      title={reason}
    >
      {children}
    </button>
  );
}
