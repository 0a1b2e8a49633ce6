/** The admin's password: given, or asked for, or made at random. No default exists. */
import { Password } from '@loucloud/api';
import { Check } from 'typebox/value';
import { ConfigError } from '../platform/config.ts';
import { newSecret } from '../platform/ids.ts';

/** What examples and other products come with. */
const examples = new Set([
  'changeme',
  'change-me',
  'password',
  'passw0rd',
  'administrator',
  'admin123',
  '12345678',
]);
const RANDOM_LENGTH = 20;

export async function choosePassword(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ password: string; isRandom: boolean }> {
  const given = environment['LOUCLOUD_ADMIN_PASSWORD'];
  if (given !== undefined && given !== '') {
    const fault = faultOf(given);
    if (fault !== null) throw new ConfigError(`LOUCLOUD_ADMIN_PASSWORD ${fault}.`);
    return { password: given, isRandom: false };
  }
  if (process.stdin.isTTY && process.stdout.isTTY) return { password: await ask(), isRandom: false };
  return { password: newSecret().slice(0, RANDOM_LENGTH), isRandom: true };
}

function faultOf(password: string): string | null {
  if (!Check(Password, password)) return 'must have 8 to 256 characters';
  return examples.has(password.toLowerCase()) ? 'is one that everybody tries first' : null;
}

async function ask(): Promise<string> {
  // For the whole conversation: what is typed between two questions is not shown either.
  process.stdin.setRawMode(true);
  try {
    for (;;) {
      const password = await readHidden('Password for the admin: ');
      const fault = faultOf(password);
      if (fault !== null) console.log(`The password ${fault}.`);
      else if ((await readHidden('Once more: ')) === password) return password;
      else console.log('They differ.');
    }
  } finally {
    process.stdin.setRawMode(false);
  }
}

/** One line from the terminal, which is in raw mode: nothing echoes. */
function readHidden(prompt: string): Promise<string> {
  const { stdin, stdout } = process;
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let line = '';
  const end = (settle: () => void) => {
    stdin.off('data', take);
    stdin.pause();
    stdout.write('\n');
    settle();
  };
  const take = (text: string) => {
    for (const character of text) {
      if (character === '\r' || character === '\n') return end(() => resolve(line));
      if (character === '\u0003' || character === '\u0004')
        return end(() => reject(new ConfigError('Stopped.')));
      if (character === '\u007f' || character === '\b') line = Array.from(line).slice(0, -1).join('');
      else line += character;
    }
  };
  stdout.write(prompt);
  stdin.setEncoding('utf8');
  stdin.on('data', take);
  stdin.resume();
  return promise;
}
