/** A class as one finds it in the middle of a lesson: some machines run, one member has none, and it says why. */
import type { Client } from '@loucloud/api';
import { finished, waitFor } from './world.ts';

/** Log-in name and display name, as a school office has them. */
const MEMBERS = `zhangmin,,张敏
wanghao,,王浩
liuyang,,刘洋
chenjie,,陈洁
zhaolei,,赵磊`;
const RUNNING = ['zhangmin', 'wanghao'];
const WITHOUT = 'zhaolei';
const TERM_DAYS = 60;
/** Where the pages are looked at. */
const END_OF_DAY = 'T23:59:59+08:00';
const DAY_MS = 86_400_000;

/** Answers its id. Its guests boot when it returns. */
export async function fillClass(
  call: Client,
  { templateId, teacherId }: { readonly templateId: string; readonly teacherId: string },
): Promise<string> {
  const lastDay = new Date(Date.now() + TERM_DAYS * DAY_MS).toISOString().slice(0, 10);
  const made = await call('classCreate', {
    body: {
      name: '高一3班',
      description: 'Linux 入门，周三第五节。',
      templateId,
      members: MEMBERS,
      ownerId: teacherId,
      expiresAt: new Date(`${lastDay}${END_OF_DAY}`).toISOString(),
    },
  });
  const params = { classId: made.class.id };
  const members = async () => (await call('classMemberList', { params })).items;
  const userIds = (await members()).filter(({ name }) => RUNNING.includes(name)).map(({ userId }) => userId);
  const without = (await members()).find(({ name }) => name === WITHOUT);
  const noVm = { params: { userId: without?.userId ?? '' }, body: { ownQuota: { vms: 0 } } };
  await call('userUpdate', noVm);
  await call('classVmsCreate', { params, body: {} });
  await waitFor('the machines are there', async () =>
    (await members()).every(({ vm }) => vm === null || (vm.state === 'stopped' && vm.operation === null)),
  );
  const { operationId } = await call('classAct', { params, body: { action: 'start', userIds } });
  await finished(call, operationId);
  return made.class.id;
}
