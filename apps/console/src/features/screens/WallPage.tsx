/** The screens of all machines that somebody may look at. */
import { type Vm, vmStates } from '@loucloud/api';
import { IconDeviceDesktop } from '@tabler/icons-react';
import { useT } from '../../app/language.tsx';
import { type List, useList } from '../../app/list.ts';
import { useIsAdmin } from '../../app/session.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterSelect } from '../../ui/FilterSelect.tsx';
import { Page } from '../../ui/Page.tsx';
import { Pager } from '../../ui/Pager.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { UserSelect } from '../../ui/UserSelect.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { ScreenWall } from './ScreenWall.tsx';
import './screens.css';
import { screensMessages } from './screens.messages.ts';

const PAGE_SIZE = 60;

export function WallPage() {
  const t = useT(screensMessages);
  const isAdmin = useIsAdmin();
  const list = useList('vmList', { filters: ['state', 'ownerId'], sort: 'name', pageSize: PAGE_SIZE });
  return (
    <Page
      help="wall"
      title={t('title')}
      back={{ to: isAdmin ? '/vms' : '/machines', label: t(isAdmin ? 'vms' : 'machines') }}
    >
      <div className="table-tools wall-tools mb-3">
        <SearchBox list={list} label={t('search')} />
        <Filters list={list} isAdmin={isAdmin} />
      </div>
      <Screens list={list} isAdmin={isAdmin} />
    </Page>
  );
}

interface PartProps {
  readonly list: List<Vm>;
  readonly isAdmin: boolean;
}

function Filters({ list, isAdmin }: PartProps) {
  const t = useT(screensMessages);
  const states = useT(stateMessages);
  const ownerId = list.filter('ownerId');
  const [first] = list.page?.items ?? [];
  return (
    <>
      <FilterSelect
        list={list}
        name="state"
        label={t('state')}
        options={vmStates.map((state) => ({ value: state, label: states(state) }))}
      />
      {isAdmin && (
        <UserSelect
          label={t('owner')}
          placeholder={t('anyOwner')}
          className="filter"
          value={
            ownerId === ''
              ? null
              : { value: ownerId, label: first?.ownerId === ownerId ? first.ownerName : '…' }
          }
          onChange={(user) => list.setFilter('ownerId', user?.value ?? '')}
        />
      )}
    </>
  );
}

const AwaitedScreens = () => (
  <div className="screen-wall late" aria-busy="true">
    {Array.from({ length: 12 }, (_, place) => (
      // eslint-disable-next-line react/no-array-index-key -- nothing else tells them apart
      <div key={place} className="card screen-tile placeholder-glow">
        <div className="thumbnail is-awaited" />
        <div className="screen-tile-words">
          <span className="placeholder col-8" />
        </div>
      </div>
    ))}
  </div>
);

function Screens({ list, isAdmin }: PartProps) {
  const t = useT(screensMessages);
  const ui = useT(uiMessages);
  const { page, error } = list;
  if (error && !page) return <PageProblem error={error} onRetry={list.retry} />;
  if (!page) return <AwaitedScreens />;
  if (page.items.length === 0 && list.isNarrowed)
    return <p className="text-secondary">{ui('nothingMatchesHint')}</p>;
  if (page.items.length === 0)
    return (
      <div className="card">
        <EmptyState icon={IconDeviceDesktop} title={t('emptyTitle')} hint={t('emptyHint')} />
      </div>
    );
  return (
    <div className={list.isStale ? 'is-stale' : ''} aria-busy={list.isStale}>
      <ScreenWall vms={page.items} showsOwner={isAdmin} />
      {(list.next ?? list.previous) && (
        <div className="card mt-3">
          <Pager list={list} />
        </div>
      )}
    </div>
  );
}
