import { IconSearch } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { useNavigation } from 'react-router';
import type { List } from '../app/list.ts';

const TYPING_MS = 250;

export function SearchBox<Row>({ list, label }: { list: List<Row>; label: string }) {
  const [text, setText] = useState(list.search);
  const { search } = list;
  const isLeaving = useNavigation().state !== 'idle';
  // What else has narrowed the list meanwhile stays.
  const look = useEffectEvent(() => list.setSearch(text));
  // The address changed by other means: back, or "clear the filters".
  useEffect(() => setText(search), [search]);
  useEffect(() => {
    // Who has gone on to another page would be held back here by a change of the address.
    if (text === search || isLeaving) return;
    const timer = setTimeout(() => look(), TYPING_MS);
    return () => clearTimeout(timer);
    // Only typing starts the wait.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text, isLeaving]);
  return <SearchInput label={label} value={text} onChange={setText} />;
}

interface SearchInputProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}

/** Where all that is searched is on the page already. */
export function SearchInput({ label, value, onChange }: SearchInputProps) {
  return (
    <div className="input-icon search-box">
      <span className="input-icon-addon">
        <IconSearch size={18} aria-hidden="true" />
      </span>
      <input
        type="search"
        className="form-control"
        placeholder={label}
        aria-label={label}
        maxLength={100}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
