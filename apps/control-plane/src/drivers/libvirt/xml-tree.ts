/**
 * Reads XML into a small tree, strictly: what libvirt sends is data from a host that may be hostile. No document
 * types, so no entities of its own; a limit on size and depth.
 */
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { Xml, escapeXml } from './xml.ts';

export class XmlError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'XmlError';
  }
}

export interface XmlElement {
  /** As written, with its prefix. */
  readonly name: string;
  readonly local: string;
  readonly namespace: string;
  /** By the names as written. */
  readonly attributes: Map<string, string>;
  readonly children: (XmlElement | string)[];
}

const SIZE_MAX = 1_048_576;
const DEPTH_MAX = 64;

/** The document's root element. Comments and processing instructions are dropped. */
export function parseXml(text: string): XmlElement {
  if (text.length > SIZE_MAX) throw new XmlError(`a document of ${text.length} characters is too large`);
  const parser = new SaxesParser({ xmlns: true });
  const open: XmlElement[] = [];
  let root: XmlElement | null = null;

  parser.on('error', (error) => {
    throw new XmlError(error.message);
  });
  parser.on('doctype', () => {
    throw new XmlError('a document type is not accepted');
  });
  parser.on('opentag', (tag) => {
    if (open.length === DEPTH_MAX) throw new XmlError(`elements are nested deeper than ${DEPTH_MAX}`);
    const element: XmlElement = {
      name: tag.name,
      local: tag.local,
      namespace: tag.uri,
      attributes: attributesOf(tag),
      children: [],
    };
    open.at(-1)?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  const onText = (chunk: string) => open.at(-1)?.children.push(chunk);
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.write(text).close();
  if (root === null) throw new XmlError('the document is empty');
  return root;
}

function attributesOf({ attributes }: SaxesTagNS): Map<string, string> {
  const values = new Map<string, string>();
  for (const key in attributes) {
    const attribute = attributes[key];
    if (attribute) values.set(attribute.name, attribute.value);
  }
  return values;
}

/** The tree as XML again; white space and prefixes as they were. */
export function writeXml(element: XmlElement): Xml {
  const attributes = [...element.attributes]
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('');
  const content = element.children.map((child) =>
    typeof child === 'string' ? escapeXml(child).replaceAll('&#10;', '\n') : writeXml(child).text,
  );
  return new Xml(
    content.length === 0
      ? `<${element.name}${attributes}/>`
      : `<${element.name}${attributes}>${content.join('')}</${element.name}>`,
  );
}

export const elementsOf = (parent: XmlElement): XmlElement[] =>
  parent.children.filter((child) => typeof child !== 'string');

/** Children of that name in no namespace. */
export const childrenOf = (parent: XmlElement | null | undefined, name: string): XmlElement[] =>
  parent ? elementsOf(parent).filter((child) => child.local === name && child.namespace === '') : [];

/** The first element at the end of a path of names in no namespace. */
export function find(parent: XmlElement | null | undefined, ...path: readonly string[]): XmlElement | null {
  let found: XmlElement | null = parent ?? null;
  for (const name of path) found = childrenOf(found, name)[0] ?? null;
  return found;
}

/** Everything written inside it. */
export const textIn = (element: XmlElement | null | undefined): string =>
  element
    ? element.children.map((child) => (typeof child === 'string' ? child : textIn(child))).join('')
    : '';

export const attributeOf = (element: XmlElement | null | undefined, name: string): string | null =>
  element?.attributes.get(name) ?? null;
