/** A month to choose a day from, by mouse, finger or keys: arrows, Home and End, Page Up and Down, with Shift by years. */
import type { Language } from '@loucloud/api';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useLanguage, useT } from '../app/language.tsx';
import { addDays, addMonths, daysIntoWeek, longDayText, monthText, weekdays, weeksOf } from './days.ts';
import { focusWhenShown } from './floating.ts';
import { uiMessages } from './ui.messages.ts';

interface CalendarProps {
  /** Empty: none is chosen. */
  readonly value: string;
  readonly today: string;
  readonly onChoose: (day: string) => void;
}

export function Calendar({ value, today, onChoose }: CalendarProps) {
  const t = useT(uiMessages);
  const { language } = useLanguage();
  const titleId = useId();
  const grid = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState(value === '' ? today : value);
  const focus = () => grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  const onKeyDown = (event: KeyboardEvent) => {
    const next = dayAfter(event, at, language);
    if (next === null) return;
    event.preventDefault();
    flushSync(() => setAt(next));
    focus();
  };
  return (
    <>
      <div className="day-choice-head">
        <TurnButton
          label={t('previousMonth')}
          icon={IconChevronLeft}
          onTurn={() => setAt(addMonths(at, -1))}
        />
        <strong id={titleId} aria-live="polite">
          {monthText(at, language)}
        </strong>
        <TurnButton label={t('nextMonth')} icon={IconChevronRight} onTurn={() => setAt(addMonths(at, 1))} />
      </div>
      <table ref={grid} role="grid" aria-labelledby={titleId} onKeyDown={onKeyDown}>
        <thead>
          <tr>
            {weekdays(language).map(({ short, long }) => (
              <th key={long} scope="col" abbr={long}>
                {short}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(at, language).map((week) => (
            <tr key={week[0]}>
              {week.map((day) => (
                <td key={day} role="gridcell" aria-selected={day === value}>
                  <button
                    type="button"
                    className={day.slice(0, 7) === at.slice(0, 7) ? 'day' : 'day is-other'}
                    tabIndex={day === at ? 0 : -1}
                    ref={day === at ? focusWhenShown : undefined}
                    aria-label={longDayText(day, language)}
                    aria-current={day === today ? 'date' : undefined}
                    onClick={() => onChoose(day)}
                  >
                    {Number(day.slice(8))}
                  </button>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

interface TurnButtonProps {
  readonly label: string;
  readonly icon: typeof IconChevronLeft;
  readonly onTurn: () => void;
}

const TurnButton = ({ label, icon: Icon, onTurn }: TurnButtonProps) => (
  <button type="button" className="btn btn-icon btn-sm" aria-label={label} onClick={onTurn}>
    <Icon size={16} aria-hidden="true" />
  </button>
);

/** Where a key leads; null: nowhere. */
function dayAfter(
  { key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>,
  day: string,
  language: Language,
): string | null {
  const months = shiftKey ? 12 : 1;
  const into = daysIntoWeek(day, language);
  switch (key) {
    case 'ArrowLeft':
      return addDays(day, -1);
    case 'ArrowRight':
      return addDays(day, 1);
    case 'ArrowUp':
      return addDays(day, -7);
    case 'ArrowDown':
      return addDays(day, 7);
    case 'Home':
      return addDays(day, -into);
    case 'End':
      return addDays(day, 6 - into);
    case 'PageUp':
      return addMonths(day, -months);
    case 'PageDown':
      return addMonths(day, months);
    default:
      return null;
  }
}
