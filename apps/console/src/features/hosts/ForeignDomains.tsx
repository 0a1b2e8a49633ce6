/** What runs on the server and is not ours. It is asked for when looked at: nothing tells us when it changes. */
import type { ForeignDomain, Host } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { AdoptDialog } from './AdoptDialog.tsx';
import { adoptMessages, foreignStateMessages } from './adopt.messages.ts';
import { hostsMessages } from './hosts.messages.ts';

const POLL_MS = 30_000;

export function ForeignDomains({ host: { id, health } }: { host: Host }) {
  const t = useT(hostsMessages);
  const adopt = useT(adoptMessages);
  const states = useT(foreignStateMessages);
  const stateWord = (state: string) =>
    Object.hasOwn(foreignStateMessages.en, state)
      ? states(state as keyof typeof foreignStateMessages.en) // as just looked up
      : state;
  const [adopting, setAdopting] = useState<ForeignDomain | null>(null);
  const { data, error, refetch } = useQuery({
    ...query('hostForeignDomains', { params: { hostId: id } }),
    enabled: health !== 'unreachable',
    staleTime: 0,
    refetchInterval: POLL_MS,
    // An unreachable server takes its time to say no; the button asks again.
    retry: false,
  });
  const isSilent = health === 'unreachable' || error?.code === 'host_unreachable';
  return (
    <section className="card">
      <div className="card-header">
        <div>
          <h2 className="card-title">{t('foreign')}</h2>
          <p className="card-subtitle m-0">{t('foreignHint')}</p>
        </div>
      </div>
      {isSilent && <p className="card-body text-secondary m-0">{t('foreignSilent')}</p>}
      {error && !data && !isSilent && <LoadProblem error={error} onRetry={() => void refetch()} />}
      {!isSilent && data?.items.length === 0 && (
        <p className="card-body text-secondary m-0">{t('foreignNone')}</p>
      )}
      {!isSilent && data && data.items.length > 0 && (
        <ul className="list-group list-group-flush">
          {data.items.map((domain) => (
            <li key={domain.id} className="list-group-item d-flex gap-3 align-items-baseline">
              <div className="flex-fill min-width-0 text-break" title={domain.id}>
                {domain.name}
              </div>
              <span className="text-secondary text-nowrap">{stateWord(domain.state)}</span>
              <ActionButton className="btn-sm flex-shrink-0" onClick={() => setAdopting(domain)}>
                {adopt('adoptLong')}
              </ActionButton>
            </li>
          ))}
        </ul>
      )}
      <p className="card-footer m-0 small">
        <Link to={`/leftovers?hostId=${id}`}>{t('leftovers')}</Link>
      </p>
      {adopting && (
        <AdoptDialog
          hostId={id}
          domainId={adopting.id}
          name={adopting.name}
          onClose={() => setAdopting(null)}
        />
      )}
      {!data && !error && !isSilent && (
        <div className="card-body late placeholder-glow" aria-hidden="true">
          <span className="placeholder col-6" />
        </div>
      )}
    </section>
  );
}
