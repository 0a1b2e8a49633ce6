/** An amount of memory, disk or time, in the unit that the person likes; the value stays in its base unit. */
import { type ReactNode, useState } from 'react';
import type { FieldState } from '../app/form.ts';
import { useT } from '../app/language.tsx';
import { Field } from './fields.tsx';
import './size-field.css';
import { uiMessages } from './ui.messages.ts';

interface Unit {
  readonly label: string;
  /** In the value's base unit. */
  readonly worth: number;
}

interface Common {
  readonly label: string;
  /** NaN: the input is empty or no number. */
  readonly field: FieldState<number>;
  readonly hint?: ReactNode;
  readonly isRequired?: boolean;
  readonly isDisabled?: boolean;
}

/** From the smallest to the largest; `preferred` is for 0 and for nothing. */
interface UnitFieldProps extends Common {
  readonly units: readonly [Unit, ...Unit[]];
  readonly preferred: Unit;
}

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TIB = 2 ** 40;

const sizes = (base: number) =>
  [
    { label: 'MiB', worth: MIB / base },
    { label: 'GiB', worth: GIB / base },
    { label: 'TiB', worth: TIB / base },
  ] as const;

const byBase = { mib: sizes(MIB), bytes: sizes(1) } as const;

export function SizeField({ base, ...props }: Common & { readonly base: keyof typeof byBase }) {
  const units = byBase[base];
  return <UnitField {...props} units={units} preferred={units[1]} />;
}

export function UnitField({ field, units, preferred, ...common }: UnitFieldProps) {
  const t = useT(uiMessages);
  // Not the unit itself: its label changes with the language.
  const [worth, setWorth] = useState(() => (unitFor(field.value, units) ?? preferred).worth);
  const unit = units.find((candidate) => candidate.worth === worth) ?? preferred;
  const [text, setText] = useState(() => textFor(field.value, unit));
  // The value may be set from outside (an image that needs more); what is being typed ("1.") is kept.
  const shown = Object.is(parse(text, unit), field.value) ? text : textFor(field.value, unit);
  const change = (nextText: string, nextUnit: Unit) => {
    setText(nextText);
    setWorth(nextUnit.worth);
    field.set(parse(nextText, nextUnit));
  };
  return (
    <Field {...common} name={field.name} error={field.error}>
      {(parts, invalid) => (
        <div className="input-group">
          <input
            {...parts}
            type="number"
            inputMode="decimal"
            min={0}
            step="any"
            className={`form-control ${invalid}`}
            value={shown}
            onChange={({ target }) => change(target.value, unit)}
          />
          <select
            className="form-select size-unit"
            aria-label={`${common.label}: ${t('unit')}`}
            disabled={common.isDisabled}
            value={unit.label}
            onChange={({ target }) =>
              change(shown, units.find(({ label }) => label === target.value) ?? unit)
            }
          >
            {units.map(({ label }) => (
              <option key={label}>{label}</option>
            ))}
          </select>
        </div>
      )}
    </Field>
  );
}

const parse = (text: string, { worth }: Unit): number =>
  text.trim() === '' ? Number.NaN : Math.round(Number(text) * worth);

const textFor = (value: number, { worth }: Unit): string =>
  Number.isNaN(value) ? '' : String(Math.round((value / worth) * 1000) / 1000);

/** The largest that gives no fraction. */
function unitFor(value: number, units: readonly [Unit, ...Unit[]]): Unit | null {
  if (!Number.isFinite(value) || value === 0) return null;
  return units.findLast(({ worth }) => value % worth === 0) ?? units[0];
}
