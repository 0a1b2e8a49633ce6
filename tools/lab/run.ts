/** Programs that the lab needs for a moment. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Runs it to its end and answers what it printed; throws with what it said when it fails. */
export async function run(...[program, ...argv]: readonly [string, ...string[]]): Promise<string> {
  const env = { ...process.env, LC_ALL: 'C', PATH: `${process.env['PATH']}:/usr/sbin:/sbin` };
  const { stdout } = await execute(program, argv, { env, maxBuffer: 2 ** 26 });
  return stdout;
}
