/** A certificate authority by openssl, for hosts reached by TLS and for what a test wants to be refused. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

/** PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

export interface CertificateWish {
  readonly commonName: string;
  /** For example `DNS:lab-3` and `IP:10.99.0.3`; without them it is a client's. */
  readonly names?: readonly string[];
  /** Not valid any more. */
  readonly isExpired?: boolean;
}

const ORGANISATION = 'LouCloud lab';
/** As libvirt's tls_allowed_dn_list has it. */
export const distinguishedName = (commonName: string): string => `O=${ORGANISATION},CN=${commonName}`;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const VALID_DAYS = 30;

export class Authority {
  readonly #folder: string;
  /** PEM: what whoever trusts it has to know. */
  readonly certificate: string;
  #issued = 0;

  private constructor(folder: string, certificate: string) {
    this.#folder = folder;
    this.certificate = certificate;
  }

  static async found(folder: string): Promise<Authority> {
    await mkdir(folder, { mode: 0o700 });
    const [key, certificate] = [join(folder, 'ca.key'), join(folder, 'ca.pem')];
    await openssl(
      ['req', '-x509', '-keyout', key, '-out', certificate, '-days', String(VALID_DAYS)],
      [...NEW_KEY, '-subj', `/O=${ORGANISATION}/CN=authority`],
      ['-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
    );
    return new Authority(folder, await readFile(certificate, 'utf8'));
  }

  async issue({ commonName, names = [], isExpired = false }: CertificateWish): Promise<Certificate> {
    const at = (ending: string): string => join(this.#folder, `${id}.${ending}`);
    const id = String(++this.#issued);
    const isServer = names.length > 0;
    await openssl(
      ['req', '-keyout', at('key'), '-out', at('csr')],
      [...NEW_KEY, '-subj', `/O=${ORGANISATION}/CN=${commonName}`],
    );
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature,keyEncipherment',
      // A host is a client too, of another host that a VM moves to.
      `extendedKeyUsage=${isServer ? 'serverAuth,clientAuth' : 'clientAuth'}`,
      ...(isServer ? [`subjectAltName=${names.join(',')}`] : []),
    ];
    await writeFile(at('extensions'), `${extensions.join('\n')}\n`);
    await openssl(
      ['x509', '-req', '-in', at('csr'), '-extfile', at('extensions'), '-out', at('pem')],
      ['-CA', join(this.#folder, 'ca.pem'), '-CAkey', join(this.#folder, 'ca.key'), '-set_serial', id],
      ['-days', String(isExpired ? -1 : VALID_DAYS)],
    );
    const [certificate, key] = await Promise.all([readFile(at('pem'), 'utf8'), readFile(at('key'), 'utf8')]);
    return { certificate, key };
  }
}

const openssl = (...options: readonly (readonly string[])[]): Promise<string> =>
  run('openssl', ...options.flat());
