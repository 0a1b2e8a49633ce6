/** All that pages read: every GET endpoint, with every id that its noun's list has. */
import { type Client, type EndpointName, allEndpoints } from '@loucloud/api';

/** They show what a host says just now, and say so when it does not. */
const OF_THE_HOST: readonly EndpointName[] = [
  'hostFiles',
  'hostForeignDomains',
  'leftoverList',
  'vmClipboard',
  'vmXml',
];

interface Listed {
  readonly items: readonly { readonly id?: string }[];
}

/** Answers how many pages there were. */
export async function askForEveryPage(call: Client): Promise<number> {
  // The table gives the names; what each takes is its own path's parameter.
  const ask = call as unknown as (name: string, request: object) => Promise<Listed>;
  const lists = new Map<string, Listed>();
  const ofOne: { readonly name: string; readonly parameter: string }[] = [];
  for (const [name, { method, path }] of Object.entries(allEndpoints)) {
    if (method !== 'GET' || OF_THE_HOST.includes(name as EndpointName)) continue;
    const parameters = [...path.matchAll(/:(\w+)/g)].map(([, parameter = '']) => parameter);
    const [parameter] = parameters;
    if (parameter === undefined) lists.set(name, await ask(name, {}));
    // A thing of a thing is a host's own: a foreign domain.
    else if (parameters.length === 1) ofOne.push({ name, parameter });
  }
  let count = lists.size;
  for (const { name, parameter } of ofOne) {
    const listed = lists.get(parameter.replace(/Id$/, 'List'))?.items ?? [];
    count += listed.length;
    await Promise.all(listed.map(({ id }) => ask(name, { params: { [parameter]: id } })));
  }
  return count;
}
