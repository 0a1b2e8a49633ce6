/** A member's start: my machines, a new machine, my quota. Nothing else. */
import type { Vm } from '@loucloud/api';
import { IconDeviceDesktop, IconLayoutGrid, IconPlus } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { type List, useList } from '../../app/list.ts';
import { useMe } from '../../app/session.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { Pager } from '../../ui/Pager.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { QuotaMeters } from '../../ui/QuotaMeter.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { useVmActions } from '../vms/vm-actions.tsx';
import { AwaitedMachine, MachineCard } from './MachineCard.tsx';
import { homeMessages } from './home.messages.ts';

/** With fewer than this, a search is only in the way. */
const SEARCH_FROM = 9;

export function HomePage() {
  const t = useT(homeMessages);
  const { user } = useMe();
  const list = useList('vmList', { sort: 'name', fixed: { ownerId: user.id } });
  const isEmpty = list.page?.total === 0 && !list.isNarrowed;
  return (
    <Page
      help="machines"
      title={t('title')}
      actions={
        !isEmpty && (
          <>
            {(list.page?.total ?? 0) > 1 && (
              <Link to="/wall" className="btn">
                <IconLayoutGrid size={18} className="icon" aria-hidden="true" />
                {t('screens')}
              </Link>
            )}
            <Link to="/vms/new" className="btn btn-primary">
              <IconPlus size={18} className="icon" aria-hidden="true" />
              {t('newVm')}
            </Link>
          </>
        )
      }
    >
      <div className="row row-cards">
        <div className="col-lg-9">
          <Machines list={list} isEmpty={isEmpty} />
        </div>
        <div className="col-lg-3">
          <section className="card" aria-labelledby="my-quota">
            <div className="card-body">
              <h2 id="my-quota" className="card-title">
                {t('quota')}
              </h2>
              <div className="quota-meters">
                <QuotaMeters quota={user.quota} usage={user.usage} />
              </div>
            </div>
          </section>
        </div>
      </div>
    </Page>
  );
}

function Machines({ list, isEmpty }: { list: List<Vm>; isEmpty: boolean }) {
  const t = useT(homeMessages);
  const ui = useT(uiMessages);
  const actions = useVmActions();
  const { page, error } = list;
  if (error && !page) {
    return <PageProblem error={error} onRetry={list.retry} />;
  }
  if (isEmpty) {
    const create = (
      <Link to="/vms/new" className="btn btn-primary">
        <IconPlus size={18} className="icon" aria-hidden="true" />
        {t('create')}
      </Link>
    );
    return (
      <div className="card">
        <EmptyState icon={IconDeviceDesktop} title={t('emptyTitle')} hint={t('emptyHint')} action={create} />
      </div>
    );
  }
  return (
    <>
      {(list.isNarrowed || (page?.total ?? 0) >= SEARCH_FROM) && (
        <div className="mb-3">
          <SearchBox list={list} label={t('search')} />
        </div>
      )}
      {page?.items.length === 0 && <p className="text-secondary">{ui('nothingMatchesHint')}</p>}
      <div className={`machines ${list.isStale ? 'is-stale' : ''}`} aria-busy={!page}>
        {page?.items.map((vm) => (
          <MachineCard key={vm.id} vm={vm} actions={actions} />
        ))}
        {!page && (
          <>
            <span className="visually-hidden" role="status">
              {t('loading')}
            </span>
            <AwaitedMachine />
            <AwaitedMachine />
          </>
        )}
      </div>
      {page && (list.next ?? list.previous) && (
        <div className="card mt-3">
          <Pager list={list} />
        </div>
      )}
      {actions.dialog}
    </>
  );
}
