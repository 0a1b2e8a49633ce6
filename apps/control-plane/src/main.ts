/** The `loucloud` control plane: reads its configuration and runs a command. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ImageBuild, buildImage } from './commands/build-image.ts';
import { setUpFirstHost } from './commands/first-host.ts';
import { backup, restore } from './commands/backup.ts';
import { init } from './commands/init.ts';
import { rebuild } from './commands/rebuild.ts';
import { resetAdmin } from './commands/reset-admin.ts';
import { serveUntilStopped } from './commands/serve.ts';
import { createControlPlane } from './control-plane.ts';
import { buildDebianImage } from './drivers/image-builder/debian-image.ts';
import { probeGuestBootSector } from './drivers/image-builder/probe-guest.ts';
import { libvirtHypervisor } from './drivers/libvirt/hypervisor.ts';
import { ConfigError, readConfig } from './platform/config.ts';
import { prepareDataFolder } from './platform/data-folder.ts';
import { openUpgraded } from './platform/backup/upgrade.ts';
import { type Database, connectDatabase, openDatabase } from './platform/database/database.ts';
import { migrationsOf } from './platform/database/migrations.ts';
import { createLog } from './platform/log.ts';

const USAGE = `usage: loucloud-control-plane COMMAND
  serve               run the control plane
  init [--if-needed] [--no-server]
                      set up: the database, the admin, this machine as the first server
  reset-admin         set a new password for the admin
  backup FILE         everything LouCloud knows, into a file; also while it serves
  restore FILE        a backup, into an empty data folder and database
  rebuild --host [NAME=]URI … | FILE
                      a lost database anew, from what is on the servers
  image build debian-12 [PATH]
                      make a Debian image from packages
  version`;

const imageBuilders = {
  'debian-12': (build: ImageBuild) => buildDebianImage({ ...build, suite: 'bookworm' }),
};
/** They have the database for themselves, or share it with a control plane that serves. */
const fileCommands = { backup, restore };
const commands = { serve: serveUntilStopped, init, 'reset-admin': resetAdmin };

async function run([command = '', ...options]: readonly string[]): Promise<void> {
  if (command === 'version') return console.log(version());
  if (command !== 'image' && command !== 'rebuild' && !isFileCommand(command) && !isCommand(command))
    throw new ConfigError(USAGE);
  const config = readConfig(process.env);
  await prepareDataFolder(config);
  const workDir = join(config.dataDir, 'work');
  if (isFileCommand(command))
    return fileCommands[command]({
      options,
      config,
      open: (url, upTo) => openDatabase(url, upTo).catch(explain),
      connect: (url) => connected(url).catch(explain),
      version: version(),
    });
  if (command === 'image') return buildImage(options, imageBuilders, workDir);
  const log = createLog(config.logLevel);
  const controlPlane = await createControlPlane({
    config,
    log,
    database: await openUpgraded({ config, version: version() }).catch(explain),
    hypervisor: libvirtHypervisor({
      probeGuest: probeGuestBootSector(),
      onError: (error) => log.error({ err: error }, 'watching a host failed'),
    }),
    version: version(),
  });
  const environment = process.env;
  if (command === 'rebuild') return rebuild({ controlPlane, config, options, environment });
  await commands[command]({
    controlPlane,
    log,
    options,
    environment,
    firstHost: () => setUpFirstHost(controlPlane, workDir),
  });
}

async function connected(url: string): Promise<Database> {
  const database = connectDatabase(url);
  await migrationsOf(database.db);
  return database;
}

/** The database's own words, which say what to put right; its URL, which holds a password, is not among them. */
function explain(error: unknown): never {
  if (error instanceof ConfigError) throw error;
  let root = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  const { message, code } = root as { message?: string; code?: string };
  throw new ConfigError(`The database cannot be opened: ${message || code}.`, { cause: error });
}

const isFileCommand = (word: string): word is keyof typeof fileCommands => Object.hasOwn(fileCommands, word);
const isCommand = (word: string): word is keyof typeof commands => Object.hasOwn(commands, word);

function version(): string {
  const text = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

if (import.meta.main) {
  run(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exitCode = 1;
  });
}
