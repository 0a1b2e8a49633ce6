/** One user, or several, found by name. */
import { IconX } from '@tabler/icons-react';
import { useId } from 'react';
import { call } from '../app/api.ts';
import { useT } from '../app/language.tsx';
import { type Found, SearchSelect } from './SearchSelect.tsx';
import type { Option } from './fields.tsx';
import { uiMessages } from './ui.messages.ts';

const SHOWN = 20;

export const userLabel = ({ name, displayName }: { name: string; displayName: string }): string =>
  displayName === '' || displayName === name ? name : `${displayName} (${name})`;

async function findUsers(search: string): Promise<Found> {
  const { items, nextCursor } = await call('userList', {
    query: { limit: SHOWN, sort: 'name', ...(search === '' ? {} : { search }) },
  });
  const options = items.map((user) => ({ value: user.id, label: userLabel(user) }));
  return { options, hasMore: nextCursor !== null };
}

interface UserSelectProps {
  readonly label: string;
  readonly value: Option<string> | null;
  readonly onChange: (user: Option<string> | null) => void;
  readonly placeholder?: string;
  readonly except?: readonly string[];
  readonly className?: string;
  readonly id?: string;
}

export const UserSelect = (props: UserSelectProps) => (
  <SearchSelect {...props} source="users" search={findUsers} />
);

interface UsersFieldProps {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly placeholder: string;
  readonly error?: string | undefined;
  readonly value: readonly Option<string>[];
  readonly onChange: (users: readonly Option<string>[]) => void;
}

export function UsersField({ label, hint, placeholder, error, value, onChange }: UsersFieldProps) {
  const t = useT(uiMessages);
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="mb-3">
      <label className="form-label" htmlFor={id}>
        {label}
      </label>
      {value.length > 0 && (
        <ul className="chips">
          {value.map((user) => (
            <li key={user.value} className="chip">
              {user.label}
              <button
                type="button"
                className="btn-plain"
                aria-label={`${t('clear')} ${user.label}`}
                onClick={() => onChange(value.filter((other) => other.value !== user.value))}
              >
                <IconX size={14} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <SearchSelect
        id={id}
        label={label}
        source="users"
        search={findUsers}
        value={null}
        except={value.map((user) => user.value)}
        placeholder={placeholder}
        isInvalid={error !== undefined}
        describedBy={note === undefined ? undefined : `${id}-note`}
        onChange={(user) => user && onChange([...value, user])}
      />
      {note !== undefined && (
        <div id={`${id}-note`} className={error === undefined ? 'form-hint mt-1' : 'field-error'}>
          {note}
        </div>
      )}
    </div>
  );
}
