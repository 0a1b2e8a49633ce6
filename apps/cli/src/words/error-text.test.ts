import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorText, problemText } from './error-text.ts';

const rows: [string, Parameters<typeof errorText>[0], string, string][] = [
  [
    'amounts have their units',
    { code: 'quota_exceeded', details: { resource: 'memoryMib', limit: 2048, used: 1024, asked: 4096 } },
    'Quota exceeded. memory: limit 2 GiB, used 1 GiB, asked for 4 GiB. The administrator can raise it.',
    '超出配额。内存：上限 2 GiB，已用 1 GiB，本次需要 4 GiB。管理员可以提高配额。',
  ],
  [
    'a wrong state says what would be right',
    { code: 'wrong_state', details: { action: 'resize', state: 'running', name: 'web-1' } },
    'web-1: change vCPUs and memory: the VM is running: shut it down or suspend it first',
    'web-1：调整规格（vCPU 和内存）: 虚拟机正在运行，请先关机或暂停',
  ],
  [
    'details without a place in the sentence are added',
    { code: 'image_in_use', details: { templates: ['small', 'large'], vms: [] } },
    'The image is in use. Remove what rests on it first. (templates: small, large)',
    '镜像正在使用中，请先移除使用它的对象。 (模板: small, large)',
  ],
  [
    'failed checks have their names',
    { code: 'host_check_failed', details: { checks: ['pool', 'accelerator'] } },
    'The server did not pass its checks. (checks: storage pool, acceleration)',
    '服务器未通过检查。 (检查项: 存储池, 硬件加速)',
  ],
  [
    'a field that is wrong is named',
    { code: 'invalid_request', details: { field: 'name', rule: 'pattern' } },
    'name is not right (pattern).',
    'name 有误（pattern）。',
  ],
  [
    'an error of a newer server is shown as it came',
    { code: 'moon_phase', details: { path: '/a' } },
    'moon phase (path: /a)',
    'moon phase (路径: /a)',
  ],
  [
    'a detail that is missing is a dash',
    { code: 'name_taken', details: {} },
    'The name – is taken. Choose another.',
    '名称 – 已被使用，请换一个。',
  ],
];

for (const [name, error, en, zh] of rows) {
  test(name, () => {
    assert.equal(errorText(error, 'en'), en);
    assert.equal(errorText(error, 'zh-CN'), zh);
  });
}

test('libvirt’s own words follow where the server sends them', () => {
  const problem = { code: 'libvirt_refused' as const, details: {}, hint: 'unsupported configuration' };
  assert.equal(
    problemText(problem, 'en'),
    'The server refused to do it.\nThe server said: unsupported configuration',
  );
});
