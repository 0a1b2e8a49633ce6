/** Domains on a server that LouCloud did not make: listed, looked at, and adopted. */
import type { ForeignDomain } from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { Refusal } from '../../app/failures.ts';
import { printItems } from '../../app/lists.ts';
import { find, idOf } from '../../app/lookup.ts';
import { type WaitOptions, runOne } from '../../app/started.ts';
import { formatBytes, formatMib } from '../../output/format.ts';
import { translator, word } from '../../words/i18n.ts';
import { limitMessages } from '../../words/outside.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { hostMessages } from './host.messages.ts';

interface AdoptOptions extends WaitOptions {
  readonly owner: string;
  readonly name?: string;
}

export function hostForeignCommands(host: Command, cli: Cli): void {
  const t = translator(hostMessages, cli.language);

  host
    .command('foreign')
    .description(t('foreign'))
    .argument('<server>', t('argHost'))
    .argument('[domain]', t('argForeign'))
    .action(async (nameOrId: string, domain: string | undefined) => {
      const client = await cli.client();
      const hostId = await idOf(cli, 'host', nameOrId);
      if (domain !== undefined) return showDomain(cli, hostId, await domainId(cli, hostId, domain));
      const { items } = await client('hostForeignDomains', { params: { hostId } });
      printItems<ForeignDomain>(
        cli,
        items,
        [
          { header: cli.t('name'), value: ({ name }) => name },
          { header: cli.t('state'), value: ({ state }) => state },
          { header: cli.t('id'), value: ({ id }) => id },
        ],
        ({ id }) => id,
      );
    });

  host
    .command('adopt')
    .description(t('adopt'))
    .argument('<server>', t('argHost'))
    .argument('<domain>', t('argDomain'))
    .requiredOption('--owner <user>', t('optOwner'))
    .option('--name <name>', t('optVmName'))
    .option('--no-wait', cli.t('noWaitOption'))
    .action(async (nameOrId: string, domain: string, { owner, name, wait }: AdoptOptions) => {
      const client = await cli.client();
      const hostId = await idOf(cli, 'host', nameOrId);
      const user = await find(cli, 'user', owner);
      const params = { hostId, domainId: await domainId(cli, hostId, domain) };
      const body = { ownerId: user.id, ...(name === undefined ? {} : { name }) };
      const operation = await runOne(cli, { wait }, await client('foreignDomainAdopt', { params, body }));
      if (!operation) return;
      cli.print.json(operation);
      const vm = await find(cli, 'vm', operation.objectId);
      cli.print.line(t('adopted', { name: vm.name, owner: user.name }));
    });
}

async function showDomain(cli: Cli, hostId: string, id: string): Promise<void> {
  const t = translator(hostMessages, cli.language);
  const client = await cli.client();
  const found = await client('foreignDomainGet', { params: { hostId, domainId: id } });
  const { limits, disks } = found.adoption;
  cli.print.json(found);
  cli.print.ids([found.id]);
  cli.print.fields([
    [cli.t('name'), found.name],
    [cli.t('id'), found.id],
    [cli.t('state'), word(stateMessages, found.state, cli.language)],
    [cli.t('vcpus'), found.vcpus],
    [cli.t('memory'), formatMib(found.memoryMib)],
    [cli.t('disk'), formatBytes(found.diskBytes)],
    ...disks.map(({ target, path }) => ['', `${target}: ${path}`] as const),
    ...(found.ownerName === null ? [] : [[cli.t('owner'), found.ownerName] as const]),
    [t('limits'), limits.map((limit) => word(limitMessages, limit, cli.language)).join('; ')],
  ]);
}

/** By its name or its id. A domain with LouCloud's metadata that no record knows is found by its id alone. */
async function domainId(cli: Cli, hostId: string, nameOrId: string): Promise<string> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(nameOrId)) return nameOrId;
  const client = await cli.client();
  const { items } = await client('hostForeignDomains', { params: { hostId } });
  const found = items.find(({ name }) => name === nameOrId);
  if (!found) throw new Refusal(translator(hostMessages, cli.language)('noSuchDomain', { name: nameOrId }));
  return found.id;
}
