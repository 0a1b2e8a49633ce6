/**
 * xterm.js writes style elements and style attributes as text, which our content security policy refuses. While a
 * terminal is open, the document makes ones that take the same rules by the ways the policy allows: constructed style
 * sheets, and the style object.
 */
export function allowTerminalStyles(document: Document): { release: () => void } {
  // Called with its document each time.
  // eslint-disable-next-line typescript/unbound-method
  const create = Document.prototype.createElement;
  const drop = (sheet: CSSStyleSheet) => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((adopted) => adopted !== sheet);
  };
  const createStyle = () => {
    // As inert as a style element should be here, and no business of the policy.
    const element = create.call(document, 'template');
    const sheet = new CSSStyleSheet();
    document.adoptedStyleSheets.push(sheet);
    Object.defineProperty(element, 'textContent', {
      set(text: string) {
        sheet.replaceSync(text);
      },
    });
    element.remove = () => {
      drop(sheet);
      Element.prototype.remove.call(element);
    };
    return element;
  };
  const createSpan = () => {
    const element = create.call(document, 'span');
    element.setAttribute = (name: string, value: string) => {
      if (name === 'style') element.style.cssText = value;
      else Element.prototype.setAttribute.call(element, name, value);
    };
    return element;
  };
  const special: Readonly<Record<string, () => HTMLElement>> = { style: createStyle, span: createSpan };
  const createElement = (name: string, options?: ElementCreationOptions) =>
    special[name]?.() ?? create.call(document, name, options);
  Object.defineProperty(document, 'createElement', { value: createElement, configurable: true });
  return { release: () => void Reflect.deleteProperty(document, 'createElement') };
}
