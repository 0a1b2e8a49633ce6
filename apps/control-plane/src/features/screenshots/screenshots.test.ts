import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import type { ActionVerdict } from '@loucloud/api';
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

  function play() {
    let now = 0;
    let asked = 0;
    let mostAtOnce = 0;
    let atOnce = 0;
    let verdict: ActionVerdict = 'ok';
    let runId = 'first';
    let answer: Uint8Array | null | ErrorCode = screen;
    const service = screenshotService({
      lookAt: async () => ({ hostId: 'host', runId, verdict }),
      host: () => ({
        async screenshot() {
          asked++;
          mostAtOnce = Math.max(mostAtOnce, ++atOnce);
          await new Promise(setImmediate);
          atOnce--;
          if (typeof answer === 'string') throw new UserError(answer);
          return answer;
        },
      }),
      now: () => now,
    });
    services.push(service);
    return {
      of: (vmId = 'vm') => service.of(vmId, somebody),
      asked: () => asked,
      mostAtOnce: () => mostAtOnce,
      pass: (ms: number) => (now += ms),
      judge: (said: ActionVerdict) => (verdict = said),
      restart: () => (runId = 'second'),
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
});

test('a turn that fails is handed on', async () => {
  const turns = new HostTurns({ atOnce: 1, waitingMax: 1 });
  const first = turns.take('host', () => Promise.reject(new Error('first')));
  const second = turns.take('host', async () => 'second');
  assert.equal(
    turns.take('host', async () => 'third'),
    null,
  );
  assert.equal(await turns.take('another host', async () => 'there'), 'there');
  await assert.rejects(first ?? Promise.resolve(), /first/);
  assert.equal(await second, 'second');
  assert.equal(await turns.take('host', async () => 'fourth'), 'fourth');
});
