/** A choice from a list too long for a <select>: the server is searched for what is typed. */
import { IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useRef, useState } from 'react';
import { useT } from '../app/language.tsx';
import { placeBeside } from './floating.ts';
import type { Option } from './fields.tsx';
import './search-select.css';
import { uiMessages } from './ui.messages.ts';

/** One answer of the server: what fits, and whether there is more than that. */
export interface Found {
  readonly options: readonly Option<string>[];
  readonly hasMore: boolean;
}

interface SearchSelectProps {
  readonly id?: string;
  readonly label: string;
  /** Names the search in the cache: `users`. */
  readonly source: string;
  readonly search: (text: string) => Promise<Found>;
  /** What is chosen, so that it can be shown; null: nothing. */
  readonly value: Option<string> | null;
  readonly onChange: (option: Option<string> | null) => void;
  readonly placeholder?: string;
  /** Not to be offered: chosen already. */
  readonly except?: readonly string[];
  readonly isInvalid?: boolean;
  readonly describedBy?: string | undefined;
  readonly className?: string;
}

export function SearchSelect(props: SearchSelectProps) {
  const { id, label, source, search, value, onChange, placeholder, except = [], isInvalid = false } = props;
  const t = useT(uiMessages);
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [text, setText] = useState<string | null>(null);
  const [at, setAt] = useState(0);
  const isOpen = text !== null;
  const wanted = useDeferredValue(text?.trim() ?? '');
  const { data, isError, refetch } = useQuery({
    queryKey: ['options', source, wanted],
    queryFn: () => search(wanted),
    enabled: isOpen,
    staleTime: 10_000,
    placeholderData: (before) => before,
  });
  const options = (data?.options ?? []).filter((option) => !except.includes(option.value));

  const open = () => {
    if (isOpen) return;
    setText('');
    setAt(0);
    list.current?.showPopover();
  };
  useEffect(() => {
    if (!isOpen || !list.current || !input.current) return;
    list.current.style.minWidth = `${input.current.offsetWidth}px`;
    // With more in it, it may no longer fit where it was.
    placeBeside(list.current, input.current, 'start');
  }, [isOpen, options.length]);
  const close = () => {
    setText(null);
    if (list.current?.matches(':popover-open')) list.current.hidePopover();
  };
  const choose = (option: Option<string> | null) => {
    onChange(option);
    close();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const last = options.length - 1;
    if (event.key === 'Escape' && isOpen) {
      // Only the list closes, not the dialog that it stands in.
      event.preventDefault();
      event.stopPropagation();
      close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!isOpen) open();
      else setAt(event.key === 'ArrowDown' ? Math.min(at + 1, last) : Math.max(at - 1, 0));
    } else if (event.key === 'Enter' && isOpen) {
      event.preventDefault();
      const option = options[at];
      if (option) choose(option);
    }
  };

  return (
    <div className={`search-select ${props.className ?? ''}`}>
      <input
        ref={input}
        id={id}
        type="text"
        role="combobox"
        className={`form-select ${isInvalid ? 'is-invalid' : ''}`}
        aria-label={id === undefined ? label : undefined}
        aria-expanded={isOpen}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={isOpen && options[at] ? `${listId}-${at}` : undefined}
        aria-invalid={isInvalid}
        aria-describedby={props.describedBy}
        autoComplete="off"
        placeholder={value ? value.label : placeholder}
        value={text ?? value?.label ?? ''}
        onClick={open}
        onKeyDown={onKeyDown}
        onBlur={close}
        onChange={(event) => {
          open();
          setText(event.target.value);
          setAt(0);
        }}
      />
      {value && !isOpen && (
        <button
          type="button"
          className="btn-plain search-select-clear"
          aria-label={t('clear')}
          onClick={() => choose(null)}
        >
          <IconX size={16} aria-hidden="true" />
        </button>
      )}
      <div
        ref={list}
        id={listId}
        popover="manual"
        role="listbox"
        aria-label={label}
        className="dropdown-menu floating"
        // The input keeps the focus: a blur would close the list before the click.
        onMouseDown={(event) => event.preventDefault()}
      >
        {options.map((option, index) => (
          // The keyboard moves through the list from the input.
          <div
            key={option.value}
            id={`${listId}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={option.value === value?.value}
            className={`dropdown-item ${index === at ? 'is-at' : ''}`}
            onClick={() => choose(option)}
            onKeyDown={onKeyDown}
          >
            {option.label}
          </div>
        ))}
        {data && options.length === 0 && <div className="dropdown-item-text">{t('nothingMatches')}</div>}
        {!data && !isError && <div className="dropdown-item-text">{t('loading')}</div>}
        {isError && (
          <button type="button" className="dropdown-item" onClick={() => void refetch()}>
            {t('couldNotLoad')} – {t('retry')}
          </button>
        )}
        {data?.hasMore && <div className="dropdown-item-text">…</div>}
      </div>
    </div>
  );
}
