import type { ApiToken } from '@loucloud/api';
import { IconPlus } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { LinesSkeleton } from '../../ui/PageSkeleton.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { NewTokenDialog } from './NewTokenDialog.tsx';
import { accountMessages } from './account.messages.ts';

export function TokensCard() {
  const t = useT(accountMessages);
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery(query('tokenList'));
  const [isNew, setIsNew] = useState(false);
  const [revoked, setRevoked] = useState<ApiToken | null>(null);
  const reload = () => queries.invalidateQueries({ queryKey: ['tokenList'] });
  return (
    <div className="card">
      <div className="card-body">
        <div className="d-flex align-items-start gap-2">
          <h2 className="card-title flex-fill">{t('tokens')}</h2>
          <button type="button" className="btn btn-sm" onClick={() => setIsNew(true)}>
            <IconPlus size={16} className="icon" aria-hidden="true" />
            {t('newToken')}
          </button>
        </div>
        <p className="text-secondary">{t('tokensHint')}</p>
        {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
        {!error && !data && <LinesSkeleton />}
        {data?.items.length === 0 && <p className="m-0">{t('noTokens')}</p>}
        <ul className="plain-list">
          {data?.items.map((token) => (
            <TokenLine key={token.id} token={token} onRevoke={() => setRevoked(token)} />
          ))}
        </ul>
      </div>
      {isNew && <NewTokenDialog onMade={() => void reload()} onClose={() => setIsNew(false)} />}
      {revoked && (
        <ConfirmDialog
          title={t('revokeTitle', { name: revoked.name })}
          confirmLabel={t('revoke')}
          isDangerous
          action={async () => {
            await call('tokenDelete', { params: { tokenId: revoked.id } });
            await reload();
          }}
          onClose={() => setRevoked(null)}
        >
          <p className="m-0">{t('revokeText')}</p>
        </ConfirmDialog>
      )}
    </div>
  );
}

function TokenLine({ token, onRevoke }: { token: ApiToken; onRevoke: () => void }) {
  const t = useT(accountMessages);
  const format = useFormat();
  const { name, lastUsedAt, expiresAt } = token;
  return (
    <li>
      <div className="min-width-0 flex-fill">
        <div className="text-truncate">{name}</div>
        <div className="small text-secondary">
          {expiresAt === null ? t('expiresNot') : t('expiresAt', { time: format.dateTime(expiresAt) })} ·{' '}
          {lastUsedAt === null ? t('never') : t('lastUsed', { time: format.ago(lastUsedAt) })}
        </div>
      </div>
      <button type="button" className="btn btn-sm" aria-label={`${t('revoke')} ${name}`} onClick={onRevoke}>
        {t('revoke')}
      </button>
    </li>
  );
}
