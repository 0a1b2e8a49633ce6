/**
 * xterm.js writes style elements, which our content security policy refuses. This document makes ones whose text goes
 * into a constructed style sheet instead: the same rules, by the way that the policy allows.
 */
export function documentWithoutStyleElements(real: Document): { document: Document; release: () => void } {
  const sheets = new Set<CSSStyleSheet>();
  const adopt = () => {
    const sheet = new CSSStyleSheet();
    sheets.add(sheet);
    real.adoptedStyleSheets.push(sheet);
    return sheet;
  };
  const drop = (sheet: CSSStyleSheet) => {
    sheets.delete(sheet);
    real.adoptedStyleSheets = real.adoptedStyleSheets.filter((adopted) => adopted !== sheet);
  };
  const createElement = (name: string) => {
    const element = real.createElement(name);
    if (name !== 'style') return element;
    const sheet = adopt();
    Object.defineProperty(element, 'textContent', {
      get: () => Array.from(sheet.cssRules, (rule) => rule.cssText).join('\n'),
      set: (text: string) => sheet.replaceSync(text),
    });
    element.remove = () => {
      drop(sheet);
      Element.prototype.remove.call(element);
    };
    return element;
  };
  const document = new Proxy(real, {
    get(target, key) {
      if (key === 'createElement') return createElement;
      // The DOM's getters and methods want the real document as `this`.
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value, target),
  });
  return { document, release: () => sheets.forEach(drop) };
}
