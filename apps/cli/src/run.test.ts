import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loucloud } from './testing/command.ts';
import { TableServer } from './testing/table-server.ts';

interface Wrong {
  readonly line: string[];
  readonly en: string;
  readonly zh: string;
}

const wrong: Wrong[] = [
  {
    line: ['vm', 'strat'],
    en: 'There is no command “strat”. Did you mean start?',
    zh: '没有命令“strat”。 您是不是要用 start？',
  },
  { line: ['vm', 'show'], en: 'The argument <vm> is missing.', zh: '缺少参数 <vm>。' },
  {
    line: ['vm', 'show', 'a', 'b'],
    en: 'Too many arguments: a, b. A name with spaces needs quotes.',
    zh: '参数过多：a, b。名称中有空格时请加引号。',
  },
  {
    line: ['vm', 'show', 'a', '--josn'],
    en: 'There is no option --josn. Did you mean --json?',
    zh: '没有选项 --josn。 您是不是要用 --json？',
  },
  {
    line: ['vm', 'create', 'a'],
    en: 'The option -t, --template <template> is missing.',
    zh: '缺少选项 -t, --template <template>。',
  },
  {
    line: ['vm', 'create', 'a', '-t'],
    en: 'The option -t, --template <template> needs a value.',
    zh: '选项 -t, --template <template> 需要一个值。',
  },
  {
    line: ['network', 'create', 'a', '--kind', 'vlan', '--source', 'b'],
    en: '“vlan” is not possible for --kind <kind>. Choose one of libvirt, bridge.',
    zh: '--kind <kind> 不能是“vlan”，可选：libvirt, bridge。',
  },
  {
    line: ['user', 'delete', 'a', '--transfer-to', 'b', '--delete-vms'],
    en: '--transfer-to <user> cannot be used with --delete-vms.',
    zh: '--transfer-to <user> 不能与 --delete-vms 同时使用。',
  },
];

for (const { line, en, zh } of wrong) {
  test(`“loucloud ${line.join(' ')}” is wrongly called, and told so in both languages`, async () => {
    const english = await loucloud(line);
    assert.equal(english.stderr.split('\n', 1)[0], en);
    assert.match(english.stderr, /See: loucloud .*--help/);
    const chinese = await loucloud(line, { env: { LOUCLOUD_LANG: 'zh' } });
    assert.equal(chinese.stderr.split('\n', 1)[0], zh);
    for (const { status, stdout } of [english, chinese]) assert.deepEqual([status, stdout], [2, '']);
  });
}

const wrongValues: [string[], RegExp][] = [
  [['vm', 'resize', 'a', '--memory', '2GB'], /“2GB” is not a size/],
  [['vm', 'resize', 'a', '--vcpus', '0'], /“0” is not a whole number from 1 to 256/],
  [['vm', 'resize', 'a'], /nothing to change/],
  [['host', 'update', 'a', '--vcpu-overcommit', '99'], /“99” is not a number from 0\.1 to 64/],
  [['user', 'create', 'a', '--vms', 'many', '--generate'], /“many” is not a whole number/],
  [['settings', 'get', 'moon'], /no setting “moon”.*shutdownTimeoutSeconds/],
  [['session', 'end'], /--all/],
  [['login', 'ftp://example.org'], /is not an address/],
  [['user', 'create', 'a'], /--password-stdin/],
];

for (const [line, sentence] of wrongValues) {
  test(`“loucloud ${line.join(' ')}” is wrongly called, and nothing is sent`, async () => {
    await using server = await TableServer.start({});
    const { status, stderr } = await loucloud(line, { server });
    assert.match(stderr, sentence);
    assert.equal(status, 2);
    assert.deepEqual(server.received, []);
  });
}

test('without a command the help is printed, and the call was wrong', async () => {
  for (const line of [[], ['vm']]) {
    const { status, stderr, stdout } = await loucloud(line);
    assert.match(stderr, /^Usage: loucloud/);
    assert.deepEqual([status, stdout], [2, '']);
  }
});

test('help and version that are asked for are results', async () => {
  for (const line of [
    ['--help'],
    ['help'],
    ['vm', '--help'],
    ['help', 'vm'],
    ['vm', 'create', '-h'],
    ['serve', '--help'],
  ]) {
    const { status, stdout, stderr } = await loucloud(line);
    assert.match(stdout, /^Usage: loucloud/);
    assert.deepEqual([status, stderr], [0, '']);
  }
  const { status, stdout } = await loucloud(['--version']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(status, 0);
});

test('who is not logged in is told how to', async () => {
  const { status, stderr } = await loucloud(['vm', 'list']);
  assert.deepEqual([status, stderr], [1, 'Not logged in. Log in first: loucloud login URL\n']);
});

test('a server that does not answer is an error with a sentence', async () => {
  const env = { LOUCLOUD_URL: 'http://127.0.0.1:1', LOUCLOUD_TOKEN: 't' };
  const { status, stderr } = await loucloud(['vm', 'list'], { env });
  assert.equal(status, 1);
  // The system's own word follows in brackets.
  assert.match(stderr, /^LouCloud cannot be reached\. Check the address and that it runs\. \(.+\)\n$/);
});

test('with --json errors are JSON on the standard error, the standard output stays empty', async () => {
  const refused = await loucloud(['vm', 'list', '--json']);
  assert.equal(refused.status, 1);
  assert.equal(refused.stdout, '');
  assert.deepEqual(JSON.parse(refused.stderr), {
    error: { code: 'refused', message: 'Not logged in. Log in first: loucloud login URL', details: {} },
  });
  const wrongly = await loucloud(['vm', 'show', '--json']);
  assert.equal(wrongly.status, 2);
  assert.equal((JSON.parse(wrongly.stderr) as { error: { code: string } }).error.code, 'usage');
});
