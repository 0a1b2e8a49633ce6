/** On which servers the network was seen: those are where its VMs can run. */
import type { Network } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { networksMessages } from './networks.messages.ts';

export function NetworkWhere({ network: { hostIds } }: { network: Network }) {
  const t = useT(networksMessages);
  const { data } = useQuery(query('hostList', { query: { limit: 200, sort: 'name' } }));
  if (hostIds.length === 0) {
    return (
      <span className="text-danger" title={t('whereNoneHint')}>
        {t('whereNone')}
      </span>
    );
  }
  if (!data) return null;
  const hosts = data.items.filter(({ id }) => hostIds.includes(id));
  if (data.total > 1 && hosts.length === data.total) return t('whereAll');
  return (
    <span className="d-inline-flex flex-wrap gap-2">
      {hosts.map(({ id, name }) => (
        <Link key={id} to={`/hosts/${id}`}>
          {name}
        </Link>
      ))}
    </span>
  );
}
