/** The VMs of one server, image, network or user: the first few, and the way to all of them. */
import type { RequestFor, Vm } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { VmStateBadge } from './VmStateBadge.tsx';
import { vmsMessages } from './vms.messages.ts';
import './vms-card.css';
import { vmsCardMessages } from './vms-card.messages.ts';

type Filter = Pick<
  NonNullable<RequestFor<'vmList'>['query']>,
  'hostId' | 'ownerId' | 'imageId' | 'networkId' | 'templateId'
>;

interface VmsCardProps {
  readonly title: string;
  readonly filter: Filter;
  readonly none: string;
}

const SHOWN = 10;

export function VmsCard({ title, filter, none }: VmsCardProps) {
  const t = useT(vmsCardMessages);
  const { data, error, refetch } = useQuery(
    query('vmList', { query: { ...filter, limit: SHOWN, sort: 'name' } }),
  );
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{title}</h2>
        {data && data.total > 0 && (
          <Link to={`/vms?${new URLSearchParams(filter).toString()}`} className="ms-auto small">
            {t('all', { count: data.total })}
          </Link>
        )}
      </div>
      {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
      {data?.total === 0 && <p className="card-body text-secondary m-0">{none}</p>}
      {data && data.total > 0 && <Rows vms={data.items} hasOwner={filter.ownerId === undefined} />}
      {!data && !error && (
        <div className="card-body late placeholder-glow" aria-hidden="true">
          <span className="placeholder col-8" />
        </div>
      )}
    </section>
  );
}

function Rows({ vms, hasOwner }: { vms: readonly Vm[]; hasOwner: boolean }) {
  const t = useT(vmsMessages);
  const format = useFormat();
  return (
    <div className="table-responsive">
      <table className="table table-vcenter card-table">
        <thead className="visually-hidden">
          <tr>
            <th>{t('name')}</th>
            <th>{t('state')}</th>
            {hasOwner && <th>{t('owner')}</th>}
            <th>{t('size')}</th>
          </tr>
        </thead>
        <tbody>
          {vms.map((vm) => (
            <tr key={vm.id}>
              <td className="text-break vms-card-name">
                <Link to={`/vms/${vm.id}`} className="fw-medium">
                  {vm.name}
                </Link>
              </td>
              <td>
                <VmStateBadge vm={vm} />
              </td>
              {hasOwner && <td className="text-secondary vms-card-owner">{vm.ownerName}</td>}
              <td className="text-secondary text-nowrap d-none d-sm-table-cell">
                {t('sizeText', { vcpus: vm.vcpus, memory: format.mib(vm.memoryMib) })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
