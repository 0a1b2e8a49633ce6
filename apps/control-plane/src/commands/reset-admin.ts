/** A new password for the admin, for whoever can read LouCloud's files on this machine. */
import type { CommandContext } from './command.ts';
import { choosePassword } from './choose-password.ts';

export async function resetAdmin({ controlPlane, environment }: CommandContext): Promise<void> {
  try {
    const { password, isRandom } = await choosePassword(environment);
    const admin = await controlPlane.users.resetAdminPassword(password);
    console.log(`The password of “${admin.name}” has been changed; their sessions and tokens have ended.`);
    if (isRandom) console.log(`Password, shown this once: ${password}`);
  } finally {
    await controlPlane.close();
  }
}
