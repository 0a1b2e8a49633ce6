/** First passwords, which nobody can see again: to be handed over, or kept as a file. */
import type { NewClassUser } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { classesMessages } from './classes.messages.ts';

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

export function NewUsersOnce({ users, fileName }: { users: readonly NewClassUser[]; fileName: string }) {
  const t = useT(classesMessages);
  const lines = users.map(({ name, password, displayName }) =>
    [name, password, displayName].map(quoted).join(','),
  );
  // With a mark that spreadsheets know UTF-8 by.
  const file = `data:text/csv;charset=utf-8,%EF%BB%BF${encodeURIComponent(`${lines.join('\r\n')}\r\n`)}`;
  return (
    <>
      <p>{t('passwordsHint')}</p>
      <a className="btn mb-3" href={file} download={`${fileName}.csv`}>
        {t('download')}
      </a>
      <div className="class-preview" tabIndex={0} role="region" aria-label={t('passwordsTitle')}>
        <table className="table table-sm m-0">
          <thead>
            <tr>
              <th>{t('member')}</th>
              <th>{t('password')}</th>
            </tr>
          </thead>
          <tbody>
            {users.map(({ name, displayName, password }) => (
              <tr key={name}>
                <td>
                  {name} {displayName !== name && <span className="text-secondary">{displayName}</span>}
                </td>
                <td>
                  <code className="user-select-all">{password}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
