import type { Session } from '@loucloud/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { query, useAction } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { LinesSkeleton } from '../../ui/PageSkeleton.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { accountMessages } from './account.messages.ts';
import { browserOf } from './user-agent.ts';

export function SessionsCard() {
  const t = useT(accountMessages);
  const { data, error, refetch } = useQuery(query('sessionList'));
  return (
    <div className="card">
      <div className="card-body">
        <h2 className="card-title">{t('sessions')}</h2>
        <p className="text-secondary">{t('sessionsHint')}</p>
        {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
        {!error && !data && <LinesSkeleton />}
        <ul className="plain-list">
          {data?.items.toSorted(currentFirst).map((session) => (
            <SessionLine key={session.id} session={session} />
          ))}
        </ul>
      </div>
    </div>
  );
}

const currentFirst = (one: Session, other: Session): number =>
  Number(other.isCurrent) - Number(one.isCurrent);

function SessionLine({ session }: { session: Session }) {
  const t = useT(accountMessages);
  const format = useFormat();
  const toast = useToast();
  const queries = useQueryClient();
  const end = useAction('sessionDelete', {
    onSuccess: () => {
      toast.success(t('sessionEnded'));
      return queries.invalidateQueries({ queryKey: ['sessionList'] });
    },
  });
  const { id, address, userAgent, isCurrent, lastUsedAt } = session;
  const browser = browserOf(userAgent);
  const [program] = userAgent.split('/');
  return (
    <li>
      <div className="min-width-0 flex-fill">
        <div className="text-truncate" title={userAgent}>
          {browser ? t('browserOn', browser) : program ? t('program', { program }) : t('unknownBrowser')}
        </div>
        <div className="small text-secondary">
          <code>{address}</code> ·{' '}
          {isCurrent ? <strong>{t('thisSession')}</strong> : t('lastUsed', { time: format.ago(lastUsedAt) })}
        </div>
      </div>
      {!isCurrent && (
        <button
          type="button"
          className={`btn btn-sm ${end.isPending ? 'btn-loading' : ''}`}
          aria-label={t('endSessionOf', { address })}
          onClick={() => end.mutate({ params: { sessionId: id } }, { onError: toast.problem })}
        >
          {t('endSession')}
        </button>
      )}
    </li>
  );
}
