/** Builds an image file on this machine, to be registered like any other. */
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ConfigError } from '../platform/config.ts';

export interface ImageBuild {
  readonly outputPath: string;
  readonly workDir: string;
  readonly onProgress: (progress: { step: number; steps: number; message: string }) => void;
  readonly signal: AbortSignal;
}

/** Where libvirt's own images are: QEMU, which runs as a user of its own, can read there. */
const IMAGES_DIR = '/var/lib/libvirt/images';

/** `words`: after `image`: `build NAME [PATH]`. */
export async function buildImage(
  words: readonly string[],
  builders: Readonly<Record<string, (build: ImageBuild) => Promise<void>>>,
  workDir: string,
): Promise<void> {
  const [verb, name = '', path = join(IMAGES_DIR, `${name}.qcow2`)] = words;
  const build = Object.hasOwn(builders, name) ? builders[name] : undefined;
  if (verb !== 'build' || !build)
    throw new ConfigError(`usage: image build ${Object.keys(builders).join('|')} [PATH]`);
  const outputPath = resolve(path);
  await mkdir(dirname(outputPath), { recursive: true });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => stop.abort(new ConfigError('Stopped.')));
  const onProgress: ImageBuild['onProgress'] = ({ step, steps, message }) =>
    console.log(`  [${step}/${steps}] ${message}`);
  await build({ outputPath, workDir, onProgress, signal: stop.signal });
  console.log(`${outputPath} is ready: register it as an image.`);
}
