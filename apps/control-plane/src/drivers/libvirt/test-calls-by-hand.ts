/** A host whose calls are answered by hand, for tests of what happens while they are under way. */
import type { Calls } from './host-link.ts';

export function callsByHand(): { readonly asked: PromiseWithResolvers<unknown>[]; readonly host: Calls } {
  const asked: PromiseWithResolvers<unknown>[] = [];
  const call = () => {
    const answer = Promise.withResolvers<unknown>();
    asked.push(answer);
    return answer.promise;
  };
  return { asked, host: { call } as unknown as Calls };
}
