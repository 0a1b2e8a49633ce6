/**
 * `--write`: puts a result into docs/benchmarks.md, each between its own marks, `<!-- create -->` and `<!-- /create -->`; and
 * its figures wherever else the page names them: `<!-- create.raw -->615 ms<!-- / -->`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { root } from '../tools/machine.ts';
import type { Aim, Result } from './bench.ts';

export const PAGE = join(root, 'docs/benchmarks.md');
const NAMED = /(<!-- (\w+)\.(\w+) -->).*?(<!-- \/ -->)/g;

export function writeResult(name: string, result: Result): void {
  const page = between(readFileSync(PAGE, 'utf8'), name, tableOf(result));
  writeFileSync(PAGE, withNamed(page, name, result));
}

/** Those that the page names outside of the results. */
export const figuresNamed = (page: string): { bench: string; figure: string }[] =>
  [...page.matchAll(NAMED)].map(([, , bench = '', figure = '']) => ({ bench, figure }));

function withNamed(page: string, name: string, { figures, units }: Result): string {
  return page.replaceAll(NAMED, (all, begin: string, bench: string, figure: string, end: string) =>
    bench === name && figure in figures
      ? `${begin}${`${figures[figure]} ${units[figure] ?? ''}`.trim()}${end}`
      : all,
  );
}

function between(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}: ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

function tableOf({ figures, spread, units, target }: Result): string {
  const rows = Object.entries(figures).map(([name, median]) => {
    const [least = NaN, most = NaN] = spread[name] ?? [];
    const range = least === most ? '' : `${least} … ${most}`;
    return `| ${name} | ${`${median} ${units[name] ?? ''}`.trim()} | ${range} | ${inWords(target[name], median)} |`;
  });
  return ['| figure | median | least … most | target |', '|---|---|---|---|', ...rows, '', machine()].join(
    '\n',
  );
}

function inWords(aim: Aim | undefined, value: number): string {
  if (aim === undefined) return '';
  if ('atMost' in aim) return `≤ ${aim.atMost}${value <= aim.atMost ? '' : ': **missed**'}`;
  return `≥ ${aim.atLeast}${value >= aim.atLeast ? '' : ': **missed**'}`;
}

function machine(): string {
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? '';
  return `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores (${model}), ${memoryGib} GiB.`;
}
