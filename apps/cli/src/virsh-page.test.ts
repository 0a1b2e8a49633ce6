/** docs/virsh.md promises commands and endpoints: they exist. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { type Endpoint, allEndpoints } from '@loucloud/api';
import type { Command } from 'commander';
import { Cli } from './app/cli.ts';
import { createProgram } from './program.ts';

const text = await readFile(new URL('../../../docs/virsh.md', import.meta.url), 'utf8');
const guide = await readFile(new URL('../../../docs/guides/cli.md', import.meta.url), 'utf8');
const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
const program = createProgram(new Cli({ ...streams, env: {} }), []);

/** Not rows of the endpoints table. */
const streamPaths = new Set(['GET /events']);

test('every verb that LouCloud was asked to have is on the page', () => {
  const verbs =
    'create define start shutdown reboot destroy undefine suspend resume save restore dump dumpxml list setvcpus setmem setmaxmem domdisplay console';
  for (const verb of verbs.split(' ')) assert.match(text, new RegExp(`^\\|[^|]*\`${verb}\``, 'm'), verb);
});

test('every endpoint on the page is one of the API', () => {
  const endpoints: Endpoint[] = Object.values(allEndpoints);
  const known = new Set(endpoints.map(({ method, path }) => `${method} ${path}`));
  const named = [...text.matchAll(/`((?:GET|POST|PATCH|DELETE) \/[^`]*)`/g)].map(
    ([, endpoint = '']) => endpoint,
  );
  assert.ok(named.length > 30);
  for (const endpoint of named) assert.ok(known.has(endpoint) || streamPaths.has(endpoint), endpoint);
});

for (const [name, page] of [
  ['virsh.md', text],
  ['guides/cli.md', guide],
] as const) {
  test(`every command in ${name} exists, with its options and arguments`, () => {
    const lines = [...page.matchAll(/(?:`|^(?:.*\| )?(?:npx )?)(loucloud [^`|#\n]*)/gm)].map(
      ([, line = '']) => line.trim(),
    );
    assert.ok(lines.length > 10);
    for (const line of lines) assertCommand(line);
  });
}

function assertCommand(line: string): void {
  const words = (line.match(/'[^']*'|\S+/g) ?? []).slice(1);
  let command: Command = program;
  while (words.length > 0) {
    const next = command.commands.find((candidate) => candidate.name() === words[0]);
    if (!next) break;
    command = next;
    words.shift();
  }
  assert.ok(command !== program || words.every((word) => word.startsWith('-')), `no such command: ${line}`);
  const options = [...command.options, ...program.options];
  let given = 0;
  while (words.length > 0) {
    const word = words.shift() ?? '';
    if (word === '>' || word === '<') break;
    if (!word.startsWith('-')) {
      given += 1;
      continue;
    }
    const option =
      options.find(({ long, short }) => word === long || word === short) ??
      (word === '--help' ? 'help' : undefined);
    assert.ok(option, `no such option: ${word} in ${line}`);
    if (option !== 'help' && option.required) words.shift();
  }
  const accepted = command.registeredArguments;
  const isVariadic = accepted.some(({ variadic }) => variadic);
  assert.ok(isVariadic || given <= accepted.length, `too many arguments: ${line}`);
}
