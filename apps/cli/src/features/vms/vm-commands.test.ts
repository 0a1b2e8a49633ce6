import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeActions } from '@loucloud/api';
import { TOKEN, loucloud } from '../../testing/command.ts';
import { page, sampleId, sampleOperation, sampleTemplate, sampleVm } from '../../testing/samples.ts';
import { Refused, TableServer } from '../../testing/table-server.ts';

const two = [sampleVm(), sampleVm({ id: sampleId(2), name: '数据库', state: 'stopped', ipAddresses: [] })];

test('the list is a table, with the state in the reader’s language', async () => {
  await using server = await TableServer.start({ vmList: () => page(two) });
  const { status, stdout } = await loucloud(['vm', 'list'], { server, env: { LOUCLOUD_LANG: 'zh' } });
  assert.equal(status, 0);
  assert.deepEqual(stdout.split('\n'), [
    '名称    状态    VCPU   内存    磁盘  模板   地址',
    'web-1   运行中     2  2 GiB  20 GiB  small  192.168.122.7',
    '数据库  已关机     2  2 GiB  20 GiB  small  –',
    '',
  ]);
  assert.equal(server.received[0]?.headers['authorization'], `Bearer ${TOKEN}`);
});

test('the admin also sees whose they are and where they run', async () => {
  const vms = [sampleVm({ hostId: sampleId(40), hostName: 'alpha' })];
  await using server = await TableServer.start({ vmList: () => page(vms) });
  const { stdout } = await loucloud(['vm', 'list'], { server });
  assert.match(stdout, /^NAME +STATE +OWNER +SERVER/);
  assert.match(stdout, /web-1 +running +Ann +alpha/);
});

test('scripts get JSON, or ids alone', async () => {
  await using server = await TableServer.start({ vmList: () => page(two) });
  const json = await loucloud(['vm', 'list', '--json'], { server });
  assert.deepEqual(JSON.parse(json.stdout), two);
  const quiet = await loucloud(['--quiet', 'vm', 'list'], { server });
  assert.equal(quiet.stdout, `${sampleId(1)}\n${sampleId(2)}\n`);
});

test('all pages are fetched, or as many as the limit asks for', async () => {
  const all = Array.from({ length: 450 }, (_, index) =>
    sampleVm({ id: sampleId(index), name: `vm-${index}` }),
  );
  await using server = await TableServer.start({
    vmList({ query: { limit = 50, cursor = '0' } }) {
      const from = Number(cursor);
      const to = from + limit;
      return {
        items: all.slice(from, to),
        nextCursor: to < all.length ? String(to) : null,
        total: all.length,
      };
    },
  });
  const everything = await loucloud(['vm', 'list', '-q'], { server });
  assert.equal(everything.stdout.trim().split('\n').length, 450);
  const some = await loucloud(['vm', 'list', '--limit', '250'], { server });
  assert.equal(some.stdout.trim().split('\n').length, 251);
  assert.equal(some.stderr, 'Shown: 250 of 450. --limit shows more.\n');
});

test('filters take names', async () => {
  await using server = await TableServer.start({
    vmList: () => page([]),
    templateList: () => page([sampleTemplate({ name: 'smaller', id: sampleId(61) }), sampleTemplate()]),
  });
  const { stderr } = await loucloud(
    ['vm', 'list', '--template', 'small', '--state', 'running', '--sort', '-name'],
    { server },
  );
  assert.equal(stderr, 'Nothing there.\n');
  assert.deepEqual(server.requests('vmList')[0]?.query, {
    limit: 200,
    sort: '-name',
    state: 'running',
    templateId: sampleId(60),
  });
});

test('a name that nothing has, and a name that several have, are told', async () => {
  const twins = [sampleVm({ ownerName: 'Ann' }), sampleVm({ id: sampleId(2), ownerName: 'Bob' })];
  await using server = await TableServer.start({
    vmList: ({ query: { search } }) => page(search === 'web-1' ? twins : [sampleVm({ name: 'web-10' })]),
  });
  const none = await loucloud(['vm', 'show', 'web'], { server });
  assert.deepEqual([none.status, none.stderr], [1, 'There is no VM “web”. See: loucloud vm list\n']);
  const several = await loucloud(['vm', 'start', 'web-1'], { server });
  assert.equal(several.status, 1);
  assert.equal(
    several.stderr,
    `Several have the name “web-1”. Give the id of one:\n  ${sampleId(1)}  Ann\n  ${sampleId(2)}  Bob\n`,
  );
  assert.deepEqual(server.requests('vmStart'), []);
});

test('an id is taken as it is', async () => {
  await using server = await TableServer.start({ vmGet: () => sampleVm() });
  const { status, stdout } = await loucloud(['vm', 'show', sampleId(1)], { server });
  assert.equal(status, 0);
  assert.match(stdout, /STATE +running \(since .*: started\)/);
  assert.match(stdout, /POSSIBLE NOW +shut down, power off, reboot/);
});

test('one VM is created and shown as it has become', async () => {
  await using server = await TableServer.start({
    templateList: () => page([sampleTemplate()]),
    vmCreate: () => ({ items: [{ vmId: sampleId(1), name: 'web-1', operationId: sampleId(200) }] }),
    operationGet: () => sampleOperation({ type: 'vm.create' }),
    vmGet: () => sampleVm(),
  });
  const { status, stdout } = await loucloud(
    ['vm', 'create', 'web-1', '-t', 'small', '--description', 'a test'],
    { server },
  );
  assert.deepEqual([status, stdout], [0, 'web-1 has been created: running, 192.168.122.7\n']);
  assert.deepEqual(server.requests('vmCreate')[0]?.body, {
    name: 'web-1',
    templateId: sampleId(60),
    description: 'a test',
    start: true,
  });
});

test('of several VMs those that were made are shown, and those that failed are told with their reason', async () => {
  const ids = [201, 202];
  await using server = await TableServer.start({
    templateGet: () => sampleTemplate(),
    vmCreate: () => ({
      items: ids.map((id, index) => ({
        vmId: sampleId(index + 1),
        name: `web-${index + 1}`,
        operationId: sampleId(id),
      })),
    }),
    operationGet: ({ params: { operationId } }) =>
      operationId === sampleId(201)
        ? sampleOperation({ id: operationId, type: 'vm.create' })
        : sampleOperation({
            id: operationId,
            type: 'vm.create',
            objectName: 'web-2',
            state: 'failed',
            error: { code: 'pool_full', details: {} },
          }),
    vmGet: () => sampleVm(),
  });
  const { status, stdout, stderr } = await loucloud(
    ['vm', 'create', 'web-{1..2}', '-t', sampleId(60), '--no-start'],
    { server },
  );
  assert.equal(status, 1);
  assert.equal(stdout, 'web-1 has been created: running, 192.168.122.7\n');
  assert.equal(stderr, 'web-2: The server’s storage is full. Ask the administrator.\n');
  assert.equal(server.requests('vmCreate')[0]?.body.start, false);
});

const verbs = [
  ['start', 'vmStart', 'web-1 is running'],
  ['shutdown', 'vmShutdown', 'web-1 has shut down'],
  ['power-off', 'vmPowerOff', 'web-1 is powered off'],
  ['reboot', 'vmReboot', 'web-1 has been asked to reboot'],
  ['reset', 'vmReset', 'web-1 has been reset'],
  ['suspend', 'vmSuspend', 'web-1 is paused'],
  ['resume', 'vmResume', 'web-1 is running again'],
  ['save', 'vmSave', 'web-1 has been saved to disk'],
  ['restore', 'vmRestore', 'web-1 has been restored'],
] as const;

for (const [verb, endpoint, said] of verbs) {
  test(`${verb} waits for the operation and says what came of it`, async () => {
    await using server = await TableServer.start({
      vmList: () => page([sampleVm()]),
      [endpoint]: () => ({ operationId: sampleId(200) }),
      operationGet: () => sampleOperation(),
    });
    const { status, stdout } = await loucloud(['vm', verb, 'web-1'], { server });
    assert.deepEqual([status, stdout], [0, `${said}\n`]);
    assert.deepEqual(server.requests(endpoint)[0]?.params, { vmId: sampleId(1) });
  });
}

test('with --no-wait the operation’s id is printed, and nobody asks after it', async () => {
  await using server = await TableServer.start({
    vmList: () => page([sampleVm()]),
    vmStart: () => ({ operationId: sampleId(200) }),
  });
  const { status, stdout } = await loucloud(['vm', 'start', 'web-1', '--no-wait'], { server });
  assert.deepEqual([status, stdout], [0, `${sampleId(200)}\n`]);
  const json = await loucloud(['vm', 'start', 'web-1', '--no-wait', '--json'], { server });
  assert.deepEqual(JSON.parse(json.stdout), [{ name: 'web-1', operationId: sampleId(200) }]);
});

test('of several VMs one that is refused does not stop the others', async () => {
  await using server = await TableServer.start({
    vmGet: ({ params: { vmId } }) => sampleVm({ id: vmId, name: vmId === sampleId(1) ? 'web-1' : 'web-2' }),
    vmSuspend({ params: { vmId } }) {
      if (vmId === sampleId(1))
        throw new Refused('wrong_state', { action: 'suspend', state: 'stopped', name: 'web-1' });
      return { operationId: sampleId(200) };
    },
    operationGet: () => sampleOperation({ objectName: 'web-2' }),
  });
  const { status, stdout, stderr } = await loucloud(['vm', 'suspend', sampleId(1), sampleId(2)], { server });
  assert.equal(status, 1);
  assert.equal(stdout, 'web-2 is paused\n');
  assert.match(stderr, /web-1: suspend: the VM is stopped: start it first/);
});

test('a guest that does not shut down is told with the way out', async () => {
  await using server = await TableServer.start({
    vmList: () => page([sampleVm()]),
    vmShutdown: () => ({ operationId: sampleId(200) }),
    operationGet: () =>
      sampleOperation({
        state: 'failed',
        error: { code: 'guest_ignored_shutdown', details: { seconds: 120 } },
      }),
  });
  const { status, stderr } = await loucloud(['vm', 'shutdown', 'web-1'], { server });
  assert.equal(status, 1);
  assert.match(stderr, /^web-1: The guest did not react.*loucloud vm power-off \(seconds: 120\)\n$/);
});

test('deleting needs a yes, and without a terminal it must have been given', async () => {
  await using server = await TableServer.start({
    vmList: () => page([sampleVm()]),
    vmGet: () => sampleVm(),
    vmDelete: () => ({ operationId: sampleId(200) }),
    operationGet: () => sampleOperation({ type: 'vm.delete' }),
  });
  const unasked = await loucloud(['vm', 'delete', 'web-1'], { server });
  assert.deepEqual([unasked.status, server.requests('vmDelete').length], [2, 0]);
  assert.match(unasked.stderr, /--yes/);
  const agreed = await loucloud(['vm', 'delete', 'web-1', '--yes'], { server });
  assert.deepEqual([agreed.status, agreed.stdout], [0, 'web-1 has been deleted\n']);
});

test('sizes are read with their units', async () => {
  await using server = await TableServer.start({
    vmList: () => page([sampleVm({ state: 'stopped' })]),
    vmGet: () => sampleVm({ state: 'stopped' }),
    vmUpdate: () => ({ operationId: sampleId(200) }),
    operationGet: () => sampleOperation({ type: 'vm.update' }),
  });
  const { stdout } = await loucloud(['vm', 'resize', 'web-1', '--memory', '1.5G'], { server });
  assert.equal(stdout, 'web-1 now has 2 vCPUs and 1.5 GiB\n');
  assert.deepEqual(server.requests('vmUpdate')[0]?.body, { memoryMib: 1536 });
});

test('what can be done is shown with the reasons why not', async () => {
  const actions = judgeActions({ state: 'stopped', operationType: null, isHostEnabled: true }, false);
  await using server = await TableServer.start({
    vmList: () => page([sampleVm({ state: 'stopped', actions })]),
  });
  const { stdout } = await loucloud(['vm', 'actions', 'web-1'], { server });
  assert.match(stdout, /^start +possible now$/m);
  assert.match(stdout, /^suspend +the VM is stopped: start it first$/m);
  assert.match(stdout, /^dump core +only the administrator may do this$/m);
});

test('the XML is printed as it is, and the desktop’s page by its address', async () => {
  await using server = await TableServer.start({
    vmList: () => page([sampleVm()]),
    vmXml: () => ({ xml: '<domain>\n</domain>' }),
  });
  assert.equal((await loucloud(['vm', 'xml', 'web-1'], { server })).stdout, '<domain>\n</domain>\n');
  assert.equal(
    (await loucloud(['vm', 'desktop', 'web-1'], { server })).stdout,
    `${server.url}/vms/${sampleId(1)}/desktop\n`,
  );
});

test('a refusal that is LouCloud’s own fault has the request’s id', async () => {
  await using server = await TableServer.start({
    vmList() {
      throw new Refused('internal');
    },
  });
  const { status, stderr } = await loucloud(['vm', 'list'], { server });
  assert.equal(status, 1);
  assert.match(stderr, /Request id: [0-9a-f-]{36}\n$/);
});
