import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { ControlPlanesCard } from './ControlPlanesCard.tsx';
import { FirstSteps, areFirstStepsDone } from './FirstSteps.tsx';
import { LastFailures } from './LastFailures.tsx';
import { PoolCapacity } from './PoolCapacity.tsx';
import { RunningOperations } from './RunningOperations.tsx';
import { ServersCard } from './ServersCard.tsx';
import { VmsByState } from './VmsByState.tsx';
import { overviewMessages } from './overview.messages.ts';

const CONTROL_PLANES_MS = 10_000;
/** Of a pool of two servers. */
const skeleton = [
  ['col-lg-7', 18.5],
  ['col-lg-5', 18.5],
  ['col-12', 15],
  ['col-lg-6', 8],
  ['col-lg-6', 8],
] as const;

export function OverviewPage() {
  const t = useT(overviewMessages);
  const {
    data: overview,
    error,
    refetch,
  } = useQuery({
    ...query('overviewGet'),
    // Who shares the work changes without an event.
    refetchInterval: ({ state }) => (state.data?.controlPlanes.length ? CONTROL_PLANES_MS : false),
  });
  if (!overview) {
    return (
      <Page help="overview" title={t('title')}>
        {error ? (
          <PageProblem error={error} onRetry={() => void refetch()} />
        ) : (
          <PageSkeleton columns={skeleton} />
        )}
      </Page>
    );
  }
  const hasHosts = overview.hosts.length > 0;
  return (
    <Page help="overview" title={t('title')}>
      <div className="row row-cards">
        {!areFirstStepsDone(overview) && (
          <div className="col-12">
            <FirstSteps overview={overview} />
          </div>
        )}
        {hasHosts && (
          <>
            <div className="col-lg-7">
              <PoolCapacity hosts={overview.hosts} />
            </div>
            <div className="col-lg-5">
              <VmsByState
                counts={overview.vmsByState}
                recycleBin={overview.recycleBin}
                findings={overview.leftoverCount + overview.missingPartCount}
              />
            </div>
            <div className="col-12">
              <ServersCard hosts={overview.hosts} />
            </div>
          </>
        )}
        {overview.controlPlanes.length > 0 && (
          <div className="col-12">
            <ControlPlanesCard controlPlanes={overview.controlPlanes} />
          </div>
        )}
        <div className="col-lg-6">
          <RunningOperations operations={overview.runningOperations} />
        </div>
        <div className="col-lg-6">
          <LastFailures operations={overview.lastFailures} />
        </div>
      </div>
    </Page>
  );
}
