/** `loucloud settings`: each setting is a row here, so a new one in the contract does not compile until it has its own. */
import {
  type Quota,
  type RequestFor,
  type SettingChange,
  type SettingKey,
  type Settings,
} from '@loucloud/api';
import type { Command } from 'commander';
import type { Cli } from '../../app/cli.ts';
import { UsageError } from '../../app/failures.ts';
import { find, idOf } from '../../app/lookup.ts';
import { formatAmount, formatTime } from '../../output/format.ts';
import { translator } from '../../words/i18n.ts';
import { settingMessages } from './setting.messages.ts';

type Changes = RequestFor<'settingsUpdate'>['body'];
type QuotaKey = `defaultQuota.${keyof Quota}`;
type Key = Exclude<SettingKey, 'defaultQuota'> | QuotaKey;

interface Setting {
  readonly read: (settings: Settings) => string | number | null;
  /** The change that a value means. `now`: a quota is changed as a whole. */
  readonly change: (cli: Cli, value: string, now: Settings) => Changes | Promise<Changes>;
}

const quotaSetting = (resource: keyof Quota): Setting => ({
  read: ({ defaultQuota }) => defaultQuota[resource],
  change: ({ values }, value, { defaultQuota }) => {
    const read =
      resource === 'memoryMib' ? values.mib : resource === 'diskBytes' ? values.bytes : values.count;
    return { defaultQuota: { ...defaultQuota, [resource]: read(value) } };
  },
});

const rows: Readonly<Record<Key, Setting>> = {
  'defaultQuota.vms': quotaSetting('vms'),
  'defaultQuota.runningVms': quotaSetting('runningVms'),
  'defaultQuota.vcpus': quotaSetting('vcpus'),
  'defaultQuota.memoryMib': quotaSetting('memoryMib'),
  'defaultQuota.diskBytes': quotaSetting('diskBytes'),
  vcpuOvercommit: {
    read: ({ vcpuOvercommit }) => vcpuOvercommit,
    change: ({ values }, value) => ({ vcpuOvercommit: values.ratio(value) }),
  },
  memoryOvercommit: {
    read: ({ memoryOvercommit }) => memoryOvercommit,
    change: ({ values }, value) => ({ memoryOvercommit: values.ratio(value) }),
  },
  systemMemoryMib: {
    read: ({ systemMemoryMib }) => systemMemoryMib,
    change: ({ values }, value) => ({ systemMemoryMib: values.mib(value) }),
  },
  sessionLifetimeMinutes: {
    read: ({ sessionLifetimeMinutes }) => sessionLifetimeMinutes,
    change: ({ values }, value) => ({ sessionLifetimeMinutes: values.count(value, 5, 525_600) }),
  },
  shutdownTimeoutSeconds: {
    read: ({ shutdownTimeoutSeconds }) => shutdownTimeoutSeconds,
    change: ({ values }, value) => ({ shutdownTimeoutSeconds: values.count(value, 10, 3600) }),
  },
  recycleDays: {
    read: ({ recycleDays }) => recycleDays,
    change: ({ values }, value) => ({ recycleDays: values.count(value, 0, 365) }),
  },
  imageCopyDays: {
    read: ({ imageCopyDays }) => imageCopyDays,
    change: ({ values }, value) => ({ imageCopyDays: values.count(value, 1, 3650) }),
  },
  defaultNetworkId: {
    read: ({ defaultNetworkId }) => defaultNetworkId,
    change: async (cli, value) => ({ defaultNetworkId: await idOf(cli, 'network', value) }),
  },
};
const keys = Object.keys(rows) as Key[];

export function settingCommands(program: Command, cli: Cli): void {
  const t = translator(settingMessages, cli.language);
  const settings = program.command('settings').description(t('settings'));

  settings
    .command('get')
    .description(t('get'))
    .argument('[key]', t('argKey'))
    .option('--changes', t('optChanges'))
    .action(async (name: string | undefined, { changes }: { changes?: true }) => {
      const client = await cli.client();
      const key = name === undefined ? null : keyOf(cli, name);
      const reply = await client('settingsGet');
      if (key !== null) return printOneSetting(cli, key, reply.settings);
      cli.print.json(changes ? reply : reply.settings);
      await printAll(cli, reply.settings);
      if (changes) printChanges(cli, reply.changes);
    });

  settings
    .command('set')
    .description(t('set'))
    .argument('<key>', t('argKey'))
    .argument('<value>', t('argValue'))
    .action(async (name: string, value: string) => {
      const client = await cli.client();
      const key = keyOf(cli, name);
      const before = (await client('settingsGet')).settings;
      const body = await rows[key].change(cli, value, before);
      const after = (await client('settingsUpdate', { body })).settings;
      cli.print.json(after);
      cli.print.line(t('changed', { key, before: textOf(key, before), after: textOf(key, after) }));
    });
}

function keyOf(cli: Cli, name: string): Key {
  const key = keys.find((known) => known === name);
  if (key !== undefined) return key;
  const t = translator(settingMessages, cli.language);
  throw new UsageError(t('unknown', { key: name, keys: keys.join(', ') }));
}

function textOf(key: Key, settings: Settings): string {
  const value = rows[key].read(settings);
  return typeof value === 'number' ? formatAmount(key, value) : (value ?? '–');
}

function printOneSetting(cli: Cli, key: Key, settings: Settings): void {
  cli.print.json(rows[key].read(settings));
  cli.print.ids([String(rows[key].read(settings) ?? '')]);
  cli.print.line(textOf(key, settings));
}

async function printAll(cli: Cli, settings: Settings): Promise<void> {
  const t = translator(settingMessages, cli.language);
  const { defaultNetworkId } = settings;
  const isNamed = cli.print.mode === 'text' && defaultNetworkId !== null;
  const network = isNamed ? (await find(cli, 'network', defaultNetworkId)).name : null;
  cli.print.table<Key>(
    [
      { header: t('key'), value: (key) => key },
      {
        header: t('value'),
        value: (key) => (key === 'defaultNetworkId' ? network : textOf(key, settings)),
        align: 'right',
      },
      { header: t('meaning'), value: (key) => t(key) },
    ],
    keys,
  );
}

function printChanges(cli: Cli, changes: readonly SettingChange[]): void {
  const t = translator(settingMessages, cli.language);
  cli.print.line('');
  cli.print.table<SettingChange>(
    [
      { header: t('at'), value: ({ at }) => formatTime(at) },
      { header: t('actor'), value: ({ actorName }) => actorName },
      { header: t('key'), value: ({ key }) => key },
      { header: t('before'), value: ({ before }) => JSON.stringify(before) },
      { header: t('after'), value: ({ after }) => JSON.stringify(after) },
    ],
    changes,
  );
}
