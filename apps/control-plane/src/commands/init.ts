/** The first set-up. Every step is safe to repeat, so an interrupted `init` is finished by running it again. */
import type { CommandContext } from './command.ts';
import { choosePassword } from './choose-password.ts';

const ADMIN_NAME = 'admin';

export async function init(context: CommandContext): Promise<void> {
  const { controlPlane, options, firstHost } = context;
  try {
    if (options.includes('--if-needed') && (await controlPlane.settings.isInitialised())) return;
    await createAdmin(context);
    // Where LouCloud manages other machines only, the console leads to the first.
    if (!options.includes('--no-server')) await firstHost();
    await controlPlane.settings.markInitialised();
  } finally {
    await controlPlane.close();
  }
}

async function createAdmin({ controlPlane: { users }, environment }: CommandContext): Promise<void> {
  const admin = await users.findAdmin();
  if (admin) return console.log(`The admin “${admin.name}” exists already.`);
  const { password, isRandom } = await choosePassword(environment);
  await users.createAdmin({ name: ADMIN_NAME, displayName: 'Administrator', password });
  console.log(`The admin “${ADMIN_NAME}” has been created.`);
  if (isRandom) console.log(`Password, shown this once: ${password}`);
}
