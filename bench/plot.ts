/** Curves as an SVG that needs nothing else: both axes logarithmic, so that what is linear is a slope of one. */

const [WIDTH, HEIGHT, MARGIN] = [760, 440, 56];
const COLOURS = ['#0054a6', '#d63939', '#2fb344', '#f59f00'];

type Curves = Readonly<Record<string, readonly number[]>>;

export function plot(xs: readonly number[], curves: Curves): string {
  const x = scale(xs, MARGIN, WIDTH - MARGIN);
  const y = scale(Object.values(curves).flat(), HEIGHT - MARGIN, MARGIN);
  const lines = Object.entries(curves).map(([name, values], index) => {
    const colour = COLOURS[index % COLOURS.length] ?? '';
    const points = values.map((value, at) => `${x.of(xs[at] ?? NaN)},${y.of(value)}`);
    const dots = values.map((value, at) => dot(x.of(xs[at] ?? NaN), y.of(value), { colour, value }));
    const label = `<text x="${MARGIN + 8}" y="${MARGIN + 16 * index}" fill="${colour}">${name}</text>`;
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join('')}${label}`;
  });
  const columns = xs.map(
    (value) =>
      `<text x="${x.of(value)}" y="${HEIGHT - MARGIN + 20}" text-anchor="middle">${value.toLocaleString('en')} VMs</text>`,
  );
  const rows = y.ticks.map(
    (value) =>
      `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y.of(value)}" y2="${y.of(value)}" stroke="#ddd"/><text x="${MARGIN - 6}" y="${y.of(value) + 4}" text-anchor="end">${value}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12" fill="#444">
<rect width="100%" height="100%" fill="#fff"/>
${[...rows, ...columns, ...lines].join('\n')}
</svg>
`;
}

const dot = (x: number, y: number, { colour, value }: { colour: string; value: number }): string =>
  `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/><text x="${x}" y="${y - 7}" text-anchor="middle" font-size="10">${Number(value.toPrecision(3))}</text>`;

/** From the power of ten below the least to the one above the most. */
function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const of = (value: number): number =>
    Math.round(from + ((Math.log10(value) - low) / (high - low)) * (to - from));
  return { of, ticks: Array.from({ length: high - low + 1 }, (_, power) => 10 ** (low + power)) };
}
