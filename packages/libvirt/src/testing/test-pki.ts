/** A certificate authority of a test's own, made with openssl. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

export interface CertificateOptions {
  /** The distinguished name: "/O=lou/CN=lou-h1". */
  readonly subject: string;
  /** Its alternative names: "DNS:lou-h1", "IP:127.0.0.1". */
  readonly names?: readonly string[];
  /** Negative for one that has expired. */
  readonly days?: number;
}

/** Paths of PEM files, and what is in them. */
export interface Certificate {
  readonly certificatePath: string;
  readonly keyPath: string;
  readonly certificate: string;
  readonly key: string;
}

export class TestPki {
  readonly folder: string;
  readonly caPath: string;
  readonly ca: string;
  #issued = 0;

  static async make(): Promise<TestPki> {
    const folder = await mkdtemp(join(tmpdir(), 'pki-'));
    const [certificate, key] = [join(folder, 'ca.pem'), join(folder, 'ca.key')];
    const usage = 'keyUsage=critical,keyCertSign,cRLSign';
    const extensions = ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', usage];
    const files = ['-keyout', key, '-out', certificate];
    await run('openssl', [
      'req',
      '-x509',
      ...NEW_KEY,
      ...files,
      '-subj',
      '/CN=lou CA',
      '-days',
      '2',
      ...extensions,
    ]);
    return new TestPki(folder, certificate, await readFile(certificate, 'utf8'));
  }

  private constructor(folder: string, caPath: string, ca: string) {
    this.folder = folder;
    this.caPath = caPath;
    this.ca = ca;
  }

  /** Good for both ends of a connection. */
  async issue({ subject, names = [], days = 2 }: CertificateOptions): Promise<Certificate> {
    const base = join(this.folder, `issued-${++this.#issued}`);
    const [certificate, key] = [`${base}.pem`, `${base}.key`];
    const lines = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature,keyEncipherment',
      'extendedKeyUsage=serverAuth,clientAuth',
      ...(names.length === 0 ? [] : [`subjectAltName=${names.join(',')}`]),
    ];
    await writeFile(`${base}.ext`, lines.join('\n'));
    await run('openssl', ['req', ...NEW_KEY, '-keyout', key, '-out', `${base}.csr`, '-subj', subject]);
    const signer = ['-CA', this.caPath, '-CAkey', join(this.folder, 'ca.key'), '-CAcreateserial'];
    const files = ['-in', `${base}.csr`, '-extfile', `${base}.ext`, '-out', certificate];
    await run('openssl', ['x509', '-req', ...files, ...signer, '-days', String(days)]);
    return {
      certificatePath: certificate,
      keyPath: key,
      certificate: await readFile(certificate, 'utf8'),
      key: await readFile(key, 'utf8'),
    };
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}
