/** Where pictures of pages go: with LOUCLOUD_SCREENSHOTS=docs to docs/screenshots, with a path to that folder; without it, nowhere. */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from '@loucloud/api';
import type { Visitor } from './browser.ts';

const DOCS = join(import.meta.dirname, '../docs/screenshots');
const wanted = process.env['LOUCLOUD_SCREENSHOTS'];

export const languages = ['en', 'zh-CN'] as const satisfies Language[];

export class PictureFolder {
  /** null: nobody wants any. */
  readonly #root: string | null;
  readonly #under: string;

  private constructor(root: string | null, under: string) {
    this.#root = root;
    this.#under = under;
  }

  /** `under`: in a folder of their own, in each language's. Pictures that are none of `names` are of pages that there are no more. */
  static async open(names: readonly string[], under = ''): Promise<PictureFolder> {
    const folder = new PictureFolder(wanted === 'docs' ? DOCS : (wanted ?? null), under);
    const files = new Set(names.map((name) => `${name}.png`));
    for (const language of languages) {
      const path = folder.#of(language);
      if (path === null) continue;
      await mkdir(path, { recursive: true });
      for (const file of await readdir(path))
        if (file.endsWith('.png') && !files.has(file)) await rm(join(path, file));
    }
    return folder;
  }

  /** `isWhole`: the page, however long it is. */
  async take(visitor: Visitor, language: Language, name: string, isWhole = true): Promise<void> {
    const path = this.#of(language);
    if (path === null) return;
    await visitor.drawn();
    await visitor.photograph(join(path, `${name}.png`), isWhole);
  }

  async takeInBothThemes(visitor: Visitor, language: Language, name: string, isWhole = true): Promise<void> {
    if (this.#root === null) return;
    const { page } = visitor;
    await this.take(visitor, language, name, isWhole);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-bs-theme=dark]').waitFor();
    await this.take(visitor, language, `${name}-dark`, isWhole);
    await page.emulateMedia({ colorScheme: 'light' });
    await page.locator('html[data-bs-theme=light]').waitFor();
  }

  #of(language: Language): string | null {
    return this.#root === null ? null : join(this.#root, language, this.#under);
  }
}
