/** Names are taken wherever ids are: by exact name, of what the caller may see. */
import type { Class, Client, Host, Image, Network, Page, Template, User, Vm } from '@loucloud/api';
import { formatTime } from '../output/format.ts';
import { word } from '../words/i18n.ts';
import { kindMessages } from '../words/nouns.messages.ts';
import type { Cli } from './cli.ts';
import { Refusal } from './failures.ts';

export interface Named {
  vm: Vm;
  /** In the recycle bin. */
  deletedVm: Vm;
  user: User;
  host: Host;
  image: Image;
  template: Template;
  network: Network;
  class: Class;
}
export type NamedKind = keyof Named;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PAGE_MAX = 200;

interface PageQuery {
  readonly limit: number;
  readonly search?: string;
  readonly cursor?: string;
}

type Source<K extends NamedKind> = {
  readonly get: (client: Client, id: string) => Promise<Named[K]>;
  readonly page: (client: Client, query: PageQuery) => Promise<Page<Named[K]>>;
  /** Whose list it is in, if that is not its own. */
  readonly kind?: 'vm';
  /** What tells two of one name apart. */
  readonly whose?: (item: Named[K]) => string;
};

const sources: { readonly [K in NamedKind]: Source<K> } = {
  vm: {
    get: (client, vmId) => client('vmGet', { params: { vmId } }),
    page: (client, query) => client('vmList', { query }),
    whose: ({ ownerName }) => ownerName,
  },
  deletedVm: {
    kind: 'vm',
    get: (client, vmId) => client('vmGet', { params: { vmId } }),
    page: (client, query) => client('vmList', { query: { ...query, isDeleted: true } }),
    whose: ({ ownerName, deletion }) =>
      `${ownerName}  ${deletion === null ? '' : formatTime(deletion.deletedAt)}`,
  },
  user: {
    get: (client, userId) => client('userGet', { params: { userId } }),
    page: (client, query) => client('userList', { query }),
  },
  host: {
    get: (client, hostId) => client('hostGet', { params: { hostId } }),
    page: (client, query) => client('hostList', { query }),
  },
  image: {
    get: (client, imageId) => client('imageGet', { params: { imageId } }),
    page: (client, query) => client('imageList', { query }),
  },
  template: {
    get: (client, templateId) => client('templateGet', { params: { templateId } }),
    page: (client, query) => client('templateList', { query }),
  },
  network: {
    get: (client, networkId) => client('networkGet', { params: { networkId } }),
    page: (client, query) => client('networkList', { query }),
  },
  class: {
    get: (client, classId) => client('classGet', { params: { classId } }),
    page: (client, query) => client('classList', { query }),
  },
};

export async function find<K extends NamedKind>(cli: Cli, kind: K, nameOrId: string): Promise<Named[K]> {
  const client = await cli.client();
  const source: Source<K> = sources[kind];
  if (UUID.test(nameOrId)) return source.get(client, nameOrId);
  const matches = await byName(source, client, nameOrId);
  const [only] = matches;
  if (only === undefined) {
    const command = source.kind === 'vm' ? 'vm' : kind;
    const noun = word(kindMessages, command, cli.language);
    throw new Refusal(cli.t('notHere', { kind: noun, name: nameOrId, command }));
  }
  if (matches.length === 1) return only;
  const lines = matches.map((item) => `  ${item.id}  ${source.whose?.(item) ?? ''}`.trimEnd());
  throw new Refusal([cli.t('ambiguous', { name: nameOrId }), ...lines].join('\n'));
}

export const idOf = async (cli: Cli, kind: NamedKind, nameOrId: string): Promise<string> =>
  UUID.test(nameOrId) ? nameOrId : (await find(cli, kind, nameOrId)).id;

/** For an optional option. */
export const idOrUndefined = async (
  cli: Cli,
  kind: NamedKind,
  nameOrId: string | undefined,
): Promise<string | undefined> => (nameOrId === undefined ? undefined : idOf(cli, kind, nameOrId));

async function byName<K extends NamedKind>(
  source: Source<K>,
  client: Client,
  name: string,
): Promise<Named[K][]> {
  const found: Named[K][] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = {
      limit: PAGE_MAX,
      search: name.slice(0, 100),
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page: Page<Named[K]> = await source.page(client, query);
    found.push(...page.items.filter((item) => item.name === name));
    cursor = page.nextCursor;
  }
  return found;
}
