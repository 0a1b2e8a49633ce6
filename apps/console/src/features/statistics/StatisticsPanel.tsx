/** One chart, and in words what it ends with: whoever does not see it misses nothing. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useFormat } from '../../app/format.ts';
import { useLanguage, useT } from '../../app/language.tsx';
import { codeOf } from '../../app/page-code.ts';
import { useTheme } from '../../app/theme.tsx';
import { type Panel, highestOf, isEmpty } from './panels.ts';
import { statisticsMessages } from './statistics.messages.ts';
import type { TimeChart } from './time-chart.ts';

interface StatisticsPanelProps {
  readonly panel: Panel;
  readonly times: readonly number[];
  /** What the figures are of: "of 2 vCPUs". */
  readonly note: string | null;
  /** Instead of a chart where nothing is known. */
  readonly emptyText: string;
  readonly isLive: boolean;
}

export function StatisticsPanel({ panel, times, note, emptyText, isLive }: StatisticsPanelProps) {
  const t = useT(statisticsMessages);
  const amount = useAmount(panel.unit);
  const [point, setPoint] = useState<number | null>(null);
  const time = useClock(isLive);
  const last = times.length - 1;
  const at = point ?? last;
  const inWords = (of: (place: number) => number | null) =>
    panel.series
      .map(({ name }, place) => `${t(name)} ${amountOr(of(place), amount, t('notKnown'))}`)
      .join(' · ');
  const empty = isEmpty(panel);
  return (
    <figure className="statistics-panel m-0" role="group" aria-label={t(panel.name)}>
      <figcaption className="d-flex flex-wrap align-items-baseline column-gap-2">
        <h3 className="h4 m-0">{t(panel.name)}</h3>
        {note !== null && <span className="small text-secondary">{note}</span>}
        <span className="ms-auto small tabular">
          <span className="text-secondary">{point === null ? t('now') : time(times[point] ?? 0)}</span>
          {panel.series.map(({ name, values }, place) => (
            <span key={name} className="statistics-value">
              {panel.series.length > 1 && (
                <>
                  <span className={`statistics-dot is-series-${place}`} aria-hidden="true" />
                  {t(name)}{' '}
                </>
              )}
              <strong>{amountOr(values[at] ?? null, amount, '–')}</strong>
            </span>
          ))}
        </span>
        {!empty && (
          <span className="visually-hidden">
            {t('highest', { values: inWords((place) => highestOf(panel.series[place]?.values ?? [])) })}
          </span>
        )}
      </figcaption>
      {empty ? (
        <div className="statistics-chart is-empty text-secondary">{emptyText}</div>
      ) : (
        <Chart panel={panel} times={times} amount={amount} time={time} onPoint={setPoint} />
      )}
    </figure>
  );
}

interface ChartProps {
  readonly panel: Panel;
  readonly times: readonly number[];
  readonly amount: (value: number) => string;
  readonly time: (seconds: number) => string;
  readonly onPoint: (at: number | null) => void;
}

function Chart({ panel, times, amount, time, onPoint }: ChartProps) {
  const { theme } = useTheme();
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<TimeChart | null>(null);
  const latest = useRef({ panel, times });
  useEffect(() => {
    latest.current = { panel, times };
    chart.current?.show(times, panel);
  }, [panel, times]);
  // Made anew for what it cannot change: its colours and its words.
  useEffect(() => {
    let isGone = false;
    void codeOf(() => import('./time-chart.ts')).then(({ timeChart }) => {
      if (isGone || !element.current) return;
      chart.current = timeChart({ element: element.current, ...latest.current, amount, time, onPoint });
    });
    return () => {
      isGone = true;
      chart.current?.destroy();
      chart.current = null;
    };
  }, [theme, amount, time, onPoint]);
  return <div className="statistics-chart" ref={element} aria-hidden="true" />;
}

const amountOr = (value: number | null, amount: (value: number) => string, otherwise: string): string =>
  value === null ? otherwise : amount(value);

function useAmount(unit: Panel['unit']): (value: number) => string {
  const t = useT(statisticsMessages);
  const format = useFormat();
  return useCallback(
    (value) => {
      if (unit === 'share') return format.percent(value);
      const amount = format.bytes(value);
      return unit === 'bytes' ? amount : t('perSecond', { amount });
    },
    [unit, t, format],
  );
}

/** What stands below a chart: seconds matter only while it moves. */
function useClock(isLive: boolean): (seconds: number) => string {
  const { language } = useLanguage();
  return useMemo(() => {
    const clock = new Intl.DateTimeFormat(language, {
      hour: 'numeric',
      minute: '2-digit',
      ...(isLive && { second: '2-digit' }),
    });
    return (seconds) => clock.format(seconds * 1000);
  }, [language, isLive]);
}
