import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { after, describe, test } from 'node:test';
import type { ActionVerdict, Screenshot } from '@loucloud/api';
import type { Caller } from '../../platform/caller.ts';
import { type ErrorCode } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import { HostTurns } from './host-turns.ts';
import { decodePng, encodePng } from './png.ts';
import { type ScreenshotService, screenshotService } from './screenshot-service.ts';

const somebody = {} as Caller; // who may look is said by `lookAt`
const screen = encodePng({ width: 640, height: 2, rgb: new Uint8Array(640 * 2 * 3).fill(9) });

describe('screenshots', () => {
  const services: ScreenshotService[] = [];
  after(() => Promise.all(services.map((service) => service.stop())));

  /** `lateMs`: what a hang is; a first picture takes its time, its thread has to begin. */
  function play(lateMs = 60_000) {
    let now = 0;
    let asked = 0;
    let mostAtOnce = 0;
    let atOnce = 0;
    let verdict: ActionVerdict = 'ok';
    let runId = 'first';
    let answer: Uint8Array | null | ErrorCode = screen;
    const hanging = new Map<string, PromiseWithResolvers<void>>();
    const service = screenshotService({
      lookAt: async () => ({ hostId: 'host', runId, verdict }),
      host: () => ({
        async screenshot(vmId) {
          asked++;
          mostAtOnce = Math.max(mostAtOnce, ++atOnce);
          await (hanging.get(vmId)?.promise ?? setImmediate());
          atOnce--;
          if (typeof answer === 'string') throw new UserError(answer);
          return answer;
        },
      }),
      now: () => now,
      lateMs,
    });
    services.push(service);
    return {
      of: (vmId = 'vm') => service.of(vmId, somebody),
      /** Asked until there is one. */
      async seen(vmId = 'vm'): Promise<Screenshot> {
        const picture = await service.of(vmId, somebody);
        await setImmediate();
        return picture.reason === 'busy' ? this.seen(vmId) : picture;
      },
      asked: () => asked,
      mostAtOnce: () => mostAtOnce,
      pass: (ms: number) => (now += ms),
      judge: (said: ActionVerdict) => (verdict = said),
      restart: () => (runId = 'second'),
      hang: (vmId: string) => hanging.set(vmId, Promise.withResolvers()),
      goOn: () => {
        for (const { resolve } of hanging.values()) resolve();
        hanging.clear();
      },
      answers: (with_: Uint8Array | null | ErrorCode) => (answer = with_),
    };
  }

  test('a screen comes as a small picture', async () => {
    const { picture, reason } = await play().of();
    const [head = '', base64 = ''] = (picture ?? '').split(',');
    assert.deepEqual([head, reason], ['data:image/png;base64', null]);
    const small = decodePng(Buffer.from(base64, 'base64'));
    assert.deepEqual([small.width, small.height, small.rgb[0]], [320, 1, 9]);
  });

  test('however many look, it is taken once, and again after some seconds', async () => {
    const vm = play();
    await Promise.all(Array.from({ length: 20 }, () => vm.of()));
    await vm.of();
    assert.equal(vm.asked(), 1);
    vm.pass(5000);
    await vm.of();
    assert.equal(vm.asked(), 2);
  });

  test('a picture of the run before is never shown', async () => {
    const vm = play();
    await vm.of();
    vm.restart();
    await vm.of();
    assert.equal(vm.asked(), 2);
  });

  test('a host takes two at a time, and those too many are told so', async () => {
    const vm = play();
    const pictures = await Promise.all(Array.from({ length: 90 }, (_, number) => vm.of(`vm-${number}`)));
    assert.equal(vm.mostAtOnce(), 2);
    assert.equal(pictures.filter(({ reason }) => reason === 'busy').length, 8);
  });

  test('why there is none is said', async () => {
    const vm = play();
    const reasons = [];
    for (const verdict of ['vm_is_stopped', 'no_desktop', 'host_unreachable'] as const) {
      vm.judge(verdict);
      reasons.push((await vm.of()).reason);
    }
    vm.judge('ok');
    assert.equal(vm.asked(), 0);
    for (const answer of ['host_unreachable', 'wrong_state', 'libvirt_refused', null] as const) {
      vm.answers(answer);
      reasons.push((await vm.of(`vm ${answer}`)).reason);
    }
    vm.answers(Buffer.from('no picture'));
    reasons.push((await vm.of('another')).reason);
    assert.deepEqual(reasons, [
      'off',
      'no_screen',
      'host_away',
      'host_away',
      'off',
      'no_screen',
      'no_screen',
      'no_screen',
    ]);
  });

  test('a guest that hangs keeps nobody waiting, and no other guest from being seen', async () => {
    const vm = play(300);
    await vm.seen();
    vm.hang('frozen');
    assert.equal((await vm.of('frozen')).reason, 'busy');
    const [again, other] = await Promise.all([vm.of('frozen'), vm.of('other')]);
    assert.deepEqual([again.reason, other.reason, vm.asked()], ['busy', null, 3]);
    vm.goOn();
  });

  test('of a host that hangs nobody waits for a picture: the last is shown, and the next once it goes on', async () => {
    const vm = play(300);
    await vm.seen('vm-1');
    vm.pass(5000);
    for (let number = 1; number <= 60; number++) vm.hang(`vm-${number}`);
    const all = () => Promise.all(Array.from({ length: 60 }, (_, at) => vm.of(`vm-${at + 1}`)));
    for (const pictures of [await all(), await all()]) {
      assert.deepEqual([pictures[0]?.reason, pictures[0]?.takenAt], [null, new Date(0).toISOString()]);
      assert.ok(pictures.slice(1).every(({ reason }) => reason === 'busy'));
    }
    assert.equal(vm.asked(), 3);
    vm.goOn();
    for (let number = 1; number <= 60; number++) assert.equal((await vm.seen(`vm-${number}`)).reason, null);
  });
});

test('a turn that fails is handed on', async () => {
  const turns = new HostTurns<string>({ atOnce: 1, waitingMax: 1, lateMs: 1000 });
  const first = turns.take('host', '1', () => Promise.reject(new Error('first')));
  const second = turns.take('host', '2', async () => 'second');
  assert.equal(await turns.take('host', '3', async () => 'third'), null);
  assert.equal(await turns.take('another host', '1', async () => 'there'), 'there');
  await assert.rejects(first, /first/);
  assert.equal(await second, 'second');
  assert.equal(await turns.take('host', '4', async () => 'fourth'), 'fourth');
});
