/**
 * Seals what must not be readable for whoever has the database alone: AES-256-GCM with a key that lies in the data
 * folder, made when it is first needed. What is sealed is bound to its name: moved to another row it does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** The key is not there, is not the one it was sealed with, or the sealed text was changed. */
export class UnsealError extends Error {
  override readonly name = 'UnsealError';
}

export class SecretBox {
  readonly #keyPath: string;
  #key: Buffer | undefined;

  constructor(keyPath: string) {
    this.#keyPath = keyPath;
  }

  async seal(text: string, name: string): Promise<string> {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, await this.#keyOrNew(), nonce).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    return `${VERSION}.${sealed.toString('base64')}`;
  }

  /** Throws UnsealError. */
  async open(sealed: string, name: string): Promise<string> {
    const [version, text = ''] = sealed.split('.');
    const bytes = Buffer.from(text, 'base64');
    if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES)
      throw new UnsealError(`${name} is sealed in an unknown way`);
    const key = await this.#existingKey();
    if (key === null) throw new UnsealError(`${this.#keyPath} is missing: ${name} cannot be opened`);
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      const opened = [decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()];
      return Buffer.concat(opened).toString('utf8');
    } catch (cause) {
      throw new UnsealError(`${name} does not open with ${this.#keyPath}`, { cause });
    }
  }

  async #keyOrNew(): Promise<Buffer> {
    const key = await this.#existingKey();
    if (key !== null) return key;
    await makeKey(this.#keyPath);
    return this.#keyOrNew();
  }

  async #existingKey(): Promise<Buffer | null> {
    if (this.#key) return this.#key;
    let key: Buffer;
    try {
      key = await readFile(this.#keyPath);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw new UnsealError(`${this.#keyPath} cannot be read`, { cause: error });
    }
    if (key.length !== KEY_BYTES) throw new UnsealError(`${this.#keyPath} does not hold ${KEY_BYTES} bytes`);
    this.#key = key;
    return key;
  }
}

/** Whole or not at all, and never over one that is there: a key that is lost takes everything sealed with it. */
async function makeKey(path: string): Promise<void> {
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`;
  const file = await open(unfinished, 'wx', 0o600);
  try {
    await file.writeFile(randomBytes(KEY_BYTES));
    await file.sync();
    await link(unfinished, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await file.close();
    await unlink(unfinished);
  }
}
