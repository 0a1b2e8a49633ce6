/** What a list of members becomes, line by line, before anything is made. */
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { query } from '../../app/api.ts';
import { useErrorText } from '../../app/error-text.ts';
import { useT } from '../../app/language.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { classesMessages } from './classes.messages.ts';

interface MemberPreviewProps {
  readonly members: string;
  readonly templateId: string;
  readonly classId?: string;
}

export function MemberPreview({ members, templateId, classId }: MemberPreviewProps) {
  const t = useT(classesMessages);
  const errorText = useErrorText();
  const asked = useDeferredValue(members);
  const body = { members: asked, templateId, ...(classId === undefined ? {} : { classId }) };
  const isAsked = asked.trim() !== '' && templateId !== '';
  const { data, error } = useQuery({ ...query('classPlan', { body }), enabled: isAsked, staleTime: 5000 });
  if (!isAsked) return <p className="text-secondary m-0">{t('previewEmpty')}</p>;
  if (!data) return <ProblemAlert error={error} />;
  const created = data.members.filter(({ isKnown }) => !isKnown).length;
  const refused = data.members.filter(({ problem }) => problem !== null).length;
  return (
    <>
      {data.badLines.length > 0 && (
        <div className="alert alert-danger" role="alert">
          <div>
            <div>{t('badLines')}</div>
            <ul className="mb-0 mt-1">
              {data.badLines.map(({ line, text, reason }) => (
                <li key={line}>
                  {t('line', { line })}: <code>{text}</code> – {t(reason)}
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
      <p role="status">{t('planCount', { count: data.members.length, created, refused })}</p>
      <div className="class-preview" tabIndex={0} role="region" aria-label={t('preview')}>
        <table className="table table-sm m-0" aria-label={t('preview')}>
          <tbody>
            {data.members.map(({ line, name, displayName, isKnown, isMember, problem }) => (
              <tr key={line}>
                <td className="text-break">
                  {name} {displayName !== name && <span className="text-secondary">{displayName}</span>}
                </td>
                <td className="text-secondary">{t(isMember ? 'isMember' : isKnown ? 'isKnown' : 'isNew')}</td>
                <td>{problem ? <span className="text-danger">{errorText(problem)}</span> : t('fits')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
