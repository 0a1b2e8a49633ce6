/**
 * Curves as an SVG that needs nothing else, light or dark as its reader: both axes logarithmic, so that what is linear is a
 * slope of one.
 */

const [WIDTH, HEIGHT, MARGIN] = [760, 470, 56];
const LEGEND_Y = 20;
const TOP = 76;
const STYLE = `
  .paper { fill: #fff } text { fill: #444 } .grid { stroke: #ddd }
  .curve0 { color: #0054a6 } .curve1 { color: #c92a2a } .curve2 { color: #1f7a34 } .curve3 { color: #a15c00 }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117 } text { fill: #c9d1d9 } .grid { stroke: #30363d }
    .curve0 { color: #6cb6ff } .curve1 { color: #ff8589 } .curve2 { color: #57d364 } .curve3 { color: #f0b429 }
  }
  [class^=curve] text { fill: currentColor }
`;

type Curves = Readonly<Record<string, readonly number[]>>;

/** Four curves at most. */
export function plot(xs: readonly number[], curves: Curves): string {
  const x = scale(xs, MARGIN, WIDTH - MARGIN);
  const y = scale(Object.values(curves).flat(), HEIGHT - MARGIN, TOP);
  const lines = Object.entries(curves).map(([name, values], index) => {
    const points = values.map((value, at) => [x.of(xs[at] ?? NaN), y.of(value)] as const);
    const dots = values.map((value, at) => dot(points[at] ?? [NaN, NaN], value));
    const label = `<text x="${MARGIN + (index % 2) * 330}" y="${LEGEND_Y + 18 * Math.floor(index / 2)}">● ${name}</text>`;
    return `<g class="curve${index}"><polyline points="${points.join(' ')}" fill="none" stroke="currentColor" stroke-width="2"/>${dots.join('')}${label}</g>`;
  });
  const columns = xs.map(
    (value) =>
      `<text x="${x.of(value)}" y="${HEIGHT - MARGIN + 22}" text-anchor="middle">${value.toLocaleString('en')} VMs</text>`,
  );
  const rows = y.ticks.map(
    (value) =>
      `<line class="grid" x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y.of(value)}" y2="${y.of(value)}"/><text x="${MARGIN - 6}" y="${y.of(value) + 4}" text-anchor="end">${value.toLocaleString('en')}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">
<style>${STYLE}</style>
<rect class="paper" width="100%" height="100%"/>
${[...rows, ...columns, ...lines].join('\n')}
</svg>
`;
}

const dot = ([x, y]: readonly [number, number], value: number): string =>
  `<circle cx="${x}" cy="${y}" r="3" fill="currentColor"/><text x="${x}" y="${y - 7}" text-anchor="middle" font-size="10">${Number(value.toPrecision(3))}</text>`;

/** From the power of ten below the least to the one above the most; all of it if there is one value alone. */
function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const of = (value: number): number =>
    Math.round(from + ((Math.log10(value) - low) / (high - low)) * (to - from));
  return { of, ticks: Array.from({ length: high - low + 1 }, (_, power) => 10 ** (low + power)) };
}
