/**
 * A day, written as the page’s language writes it: typed in any usual form, or chosen from a calendar. The browser’s own
 * field speaks the browser’s language, whatever the reader’s.
 */
import { IconCalendar } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { FieldState } from '../app/form.ts';
import { useLanguage, useT } from '../app/language.tsx';
import { Calendar } from './Calendar.tsx';
import { dayText, isDay, longDayText, readDay, todayAt } from './days.ts';
import { Field } from './fields.tsx';
import { placeBeside } from './floating.ts';
import './date-field.css';
import { uiMessages } from './ui.messages.ts';

interface DateFieldProps {
  /** A day as `2026-11-30`; empty: none; anything else is what was typed, and is no day. */
  readonly field: FieldState<string>;
  readonly label: string;
  readonly hint?: string;
}

export function DateField({ field, label, hint }: DateFieldProps) {
  const t = useT(uiMessages);
  const { language } = useLanguage();
  const today = todayAt(new Date());
  /** As it is being typed; null: nothing is. */
  const [text, setText] = useState<string | null>(null);
  const { value, set } = field;
  const written = isDay(value) ? dayText(value, language) : value;
  const isUnreadable = text === null && value !== '' && !isDay(value);
  const input = useRef<HTMLInputElement>(null);
  const calendar = useCalendar(input);
  const error = field.error ?? (isUnreadable ? t('noDay', { example: dayText(today, language) }) : undefined);
  const note = (
    <>
      {isDay(value) && <strong className="d-block">{longDayText(value, language)}</strong>}
      {hint}
    </>
  );
  const onKeyDown = (event: KeyboardEvent) => {
    if (!event.altKey || event.key !== 'ArrowDown') return;
    event.preventDefault();
    calendar.open();
  };
  return (
    <Field label={label} hint={note} name={field.name} error={error}>
      {(parts, invalid) => (
        <>
          <div className="input-group">
            <input
              {...parts}
              ref={input}
              type="text"
              className={`form-control ${invalid}`}
              autoComplete="off"
              placeholder={dayText(today, language)}
              value={text ?? written}
              onChange={({ target }) => {
                setText(target.value);
                set(
                  target.value.trim() === '' ? '' : (readDay(target.value, language, today) ?? target.value),
                );
              }}
              onBlur={() => setText(null)}
              onKeyDown={onKeyDown}
            />
            <button
              type="button"
              className="btn btn-icon"
              aria-label={t('chooseDay')}
              aria-haspopup="dialog"
              aria-expanded={calendar.opening !== null}
              popoverTarget={calendar.id}
            >
              <IconCalendar size={18} aria-hidden="true" />
            </button>
          </div>
          <div
            ref={calendar.popover}
            id={calendar.id}
            popover="auto"
            role="dialog"
            aria-label={label}
            className="floating day-choice"
          >
            {calendar.opening !== null && (
              <Calendar
                key={calendar.opening}
                value={isDay(value) ? value : ''}
                today={today}
                onChoose={(day) => {
                  setText(null);
                  set(day);
                  calendar.close();
                }}
              />
            )}
          </div>
        </>
      )}
    </Field>
  );
}

/** The browser closes it on Esc and on a click beside it, and gives the focus back. */
function useCalendar(anchor: React.RefObject<HTMLElement | null>) {
  const id = useId();
  const popover = useRef<HTMLDivElement>(null);
  /** Another number each time; null: it is closed. */
  const [opening, setOpening] = useState<number | null>(null);
  useEffect(() => {
    const element = popover.current;
    if (!element) return undefined;
    let count = 0;
    // Its day is there before it is shown, so that the browser gives it the focus at once: no key goes elsewhere.
    const prepare = ({ newState }: ToggleEvent) => {
      if (newState === 'open') flushSync(() => setOpening(++count));
    };
    const follow = ({ newState }: ToggleEvent) => {
      if (newState === 'closed') setOpening(null);
      else if (anchor.current) placeBeside(element, anchor.current, 'start');
    };
    element.addEventListener('beforetoggle', prepare);
    element.addEventListener('toggle', follow);
    return () => {
      element.removeEventListener('beforetoggle', prepare);
      element.removeEventListener('toggle', follow);
    };
  }, [anchor]);
  return {
    id,
    popover,
    opening,
    open: () => popover.current?.showPopover(),
    close: () => popover.current?.hidePopover(),
  };
}
