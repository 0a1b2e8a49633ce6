/** What a VM or a server uses: now, in the last hour, in the last day. */
import type { StatisticsRange } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { LoadProblem } from '../../ui/Problem.tsx';
import { StatisticsPanel } from './StatisticsPanel.tsx';
import { type Limits, isEmpty, panelsOf, timesOf } from './panels.ts';
import './statistics.css';
import { statisticsMessages } from './statistics.messages.ts';

interface StatisticsCardProps {
  readonly of: { readonly kind: 'vm' | 'host'; readonly id: string };
  readonly limits: Limits;
  /** A VM that is off uses nothing; of a server that cannot be reached nothing more is heard. */
  readonly silence: 'off' | 'away' | null;
}

const ranges = ['live', 'hour', 'day'] as const satisfies readonly StatisticsRange[];
/** How soon there is something new. */
const REFRESH_MS: Readonly<Record<StatisticsRange, number>> = { live: 5000, hour: 30_000, day: 150_000 };

export function StatisticsCard({ of, limits, silence }: StatisticsCardProps) {
  const t = useT(statisticsMessages);
  const [range, setRange] = useState<StatisticsRange>('hour');
  const { data, error, refetch } = useQuery({
    ...(of.kind === 'vm'
      ? query('vmStatistics', { params: { vmId: of.id }, query: { range } })
      : query('hostStatistics', { params: { hostId: of.id }, query: { range } })),
    refetchInterval: REFRESH_MS[range],
    staleTime: 0,
  });
  const panels = data ? panelsOf(data, limits) : [];
  // Of what is silent there is most often nothing to show.
  const spaces = silence === null ? [0, 1, 2, 3] : [0];
  const notes = useNotes(of.kind, limits);
  const isComing = silence === null && range !== 'day';
  const emptyText = silence === 'off' ? t('nothingOff') : t(isComing ? 'nothingYet' : 'nothing');
  return (
    <section className="card">
      <div className="card-header flex-wrap gap-2">
        <div>
          <h2 className="card-title">{t(of.kind === 'vm' ? 'title' : 'hostTitle')}</h2>
          {of.kind === 'host' && <p className="card-subtitle m-0">{t('hostHint')}</p>}
        </div>
        <div className="btn-group ms-auto" role="group" aria-label={t('range')}>
          {ranges.map((name) => (
            <button
              key={name}
              type="button"
              className={`btn btn-sm ${name === range ? 'btn-primary' : ''}`}
              aria-pressed={name === range}
              onClick={() => setRange(name)}
            >
              {t(name)}
            </button>
          ))}
        </div>
      </div>
      <div className="card-body statistics-panels">
        {!data &&
          !error &&
          spaces.map((place) => (
            <div key={place} className={silence === null ? 'statistics-space' : 'statistics-chart is-all'} />
          ))}
        {data && panels.every(isEmpty) && (
          <p className="statistics-chart is-empty is-all text-secondary m-0">{emptyText}</p>
        )}
        {data &&
          !panels.every(isEmpty) &&
          panels.map((panel) => (
            <StatisticsPanel
              key={`${panel.name} ${range}`}
              panel={panel}
              times={timesOf(data)}
              note={notes[panel.name] ?? null}
              emptyText={emptyText}
              isLive={range === 'live'}
            />
          ))}
        {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
      </div>
    </section>
  );
}

function useNotes(kind: 'vm' | 'host', { cpuCores, memoryBytes }: Limits): Readonly<Record<string, string>> {
  const t = useT(statisticsMessages);
  const format = useFormat();
  return {
    cpu: t(kind === 'vm' ? 'ofCores' : 'ofProcessors', { count: cpuCores }),
    memory: t('ofMemory', { amount: format.bytes(memoryBytes) }),
  };
}
