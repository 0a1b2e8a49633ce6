import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ErrorNumber, type Link } from '@loucloud/libvirt';
import { refuse } from '@loucloud/libvirt/testing';
import { METADATA_NAMESPACE } from './domain-metadata.ts';
import { OwnedDomains } from './owned-domains.ts';
import { callsByHand } from './test-calls-by-hand.ts';

const VM = '1b9a4e5c-0000-4000-8000-000000000001';

/** A host whose answers are given by hand. */
function setUp() {
  const { asked, host } = callsByHand();
  const listeners: Record<string, (event?: unknown) => void> = {};
  const on = (type: string, listener: (event?: unknown) => void) => {
    listeners[type] = listener;
    return () => {};
  };
  const owned = new OwnedDomains({ on } as unknown as Link);
  return {
    asked,
    owned,
    ask: () => owned.ownershipOf(VM, host),
    ours: (index: number) =>
      asked[index]?.resolve({ metadata: `<vm xmlns="${METADATA_NAMESPACE}" id="${VM}"/>` }),
    foreign: (index: number) => asked[index]?.reject(refuse(ErrorNumber.noMetadata, 'none')),
    hear: (type: string, event?: unknown) => listeners[type]?.(event),
  };
}

test('what is known is not asked again', async () => {
  const { asked, ask, ours } = setUp();
  const first = ask();
  ours(0);
  assert.deepEqual([await first, await ask(), asked.length], ['ours', 'ours', 1]);
});

describe('an answer that is older than a change is not kept', () => {
  test('we have labelled it meanwhile', async () => {
    const { asked, owned, ask, foreign } = setUp();
    const first = ask();
    owned.add(VM);
    foreign(0);
    assert.equal(await first, 'foreign');
    assert.deepEqual([await ask(), asked.length], ['ours', 1]);
  });

  test('somebody else has', async () => {
    const { ask, ours, foreign, hear } = setUp();
    const first = ask();
    hear('domain', { type: 'metadataChange', domain: { uuid: VM } });
    foreign(0);
    assert.equal(await first, 'foreign');
    const second = ask();
    ours(1);
    assert.equal(await second, 'ours');
  });

  test('the link was lost', async () => {
    const { ask, ours, foreign, hear } = setUp();
    const first = ask();
    hear('connected');
    ours(0);
    assert.equal(await first, 'ours');
    const second = ask();
    foreign(1);
    assert.equal(await second, 'foreign');
  });
});
