/** Writes XML: every value that is put into a template is escaped, so no name or path can add an element. */

/** A value holds a character that no XML document can carry, not even escaped. */
export class XmlCharacterError extends Error {
  constructor(character: string) {
    super(
      `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} has no place in XML`,
    );
    this.name = 'XmlCharacterError';
  }
}

/** Text that is XML already: only `xml` and the writer of a parsed tree make it. */
export class Xml {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

export type XmlValue = string | number | Xml | null | readonly XmlValue[];

/** For element content and for quoted attribute values alike. null and empty lists leave nothing behind. */
export function xml(strings: TemplateStringsArray, ...values: readonly XmlValue[]): Xml {
  let text = strings[0] ?? '';
  for (const [i, value] of values.entries()) text += textOf(value) + (strings[i + 1] ?? '');
  return new Xml(text);
}

function textOf(value: XmlValue): string {
  if (value === null) return '';
  if (value instanceof Xml) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return escapeXml(String(value));
}

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A reader turns these into a space in attributes, and \r into \n in content, unless they are escaped.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
const SPECIAL = /[&<>"'\t\n\r]/g;
/** Not in XML 1.0's Char: C0 controls, unpaired surrogates, U+FFFE and U+FFFF. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u;

export function escapeXml(text: string): string {
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) throw new XmlCharacterError(forbidden[0]);
  return text.replace(SPECIAL, (character) => ESCAPED[character] ?? character);
}
