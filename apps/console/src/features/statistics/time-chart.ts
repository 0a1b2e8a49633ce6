/** A chart by uPlot, which is fetched with the first chart that is shown. */
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { type Panel, type Values, scaleTop } from './panels.ts';

interface ChartOptions {
  readonly element: HTMLElement;
  readonly panel: Panel;
  readonly times: readonly number[];
  /** On the left, in the reader's form. */
  readonly amount: (value: number) => string;
  readonly time: (seconds: number) => string;
  /** The value under the pointer; null: it points at none. */
  readonly onPoint: (at: number | null) => void;
}

const HEIGHT = 150;
const LEFT_PX = 74;
/** Of each series, by its place. */
const COLOURS = ['--tblr-primary', '--tblr-orange'] as const;

export type TimeChart = ReturnType<typeof timeChart>;

export function timeChart({ element, panel, times, amount, time, onPoint }: ChartOptions) {
  let shown = panel;
  const plot = new uPlot(
    {
      width: Math.max(element.clientWidth, 120),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { setScale: false, x: false, y: false }, points: { size: 7 } },
      scales: { y: { range: () => [0, scaleTop(shown)] } },
      series: [{}, ...panel.series.map((_, place) => line(element, place))],
      axes: [
        {
          ...axis(element),
          space: 90,
          values: (_, splits) => splits.map((seconds) => time(seconds)),
          size: 26,
        },
        {
          ...axis(element),
          size: LEFT_PX,
          splits: (_self, _axis, _min, max) => [0, max / 4, max / 2, (max * 3) / 4, max],
          values: (_, splits) => splits.map((value, at) => (at % 2 === 0 ? amount(value) : '')),
        },
      ],
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
    },
    aligned(times, panel),
    element,
  );
  const resized = new ResizeObserver(() =>
    plot.setSize({ width: Math.max(element.clientWidth, 120), height: HEIGHT }),
  );
  resized.observe(element);
  return {
    show(nextTimes: readonly number[], next: Panel): void {
      shown = next;
      plot.setData(aligned(nextTimes, next));
    },
    destroy(): void {
      resized.disconnect();
      plot.destroy();
    },
  };
}

const aligned = (times: readonly number[], { series }: Panel): uPlot.AlignedData => [
  [...times],
  ...series.map(({ values }: { values: Values }) => [...values]),
];

const line = (element: HTMLElement, place: number): uPlot.Series => ({
  stroke: colour(element, COLOURS[place] ?? COLOURS[0]),
  width: 1.75,
  points: { size: 4, filter: (plot, series, isShown) => (isShown ? null : alone(plot.data[series] ?? [])) },
  ...(place === 0 && { fill: colour(element, '--tblr-primary-lt') }),
});

/** Values between two gaps: no line goes through them. */
const alone = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values, (value, at) => {
    const isAlone = values[at - 1] == null && values[at + 1] == null;
    return value != null && isAlone ? at : -1;
  }).filter((at) => at >= 0);

const axis = (element: HTMLElement): uPlot.Axis => ({
  stroke: colour(element, '--tblr-secondary'),
  font: `11px ${getComputedStyle(element).fontFamily}`,
  grid: { stroke: colour(element, '--tblr-border-color'), width: 1 },
  ticks: { show: false },
  gap: 6,
});

/** A canvas does not know the page's variables. */
function colour(element: HTMLElement, variable: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
