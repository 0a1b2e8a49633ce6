import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { XmlCharacterError, xml } from './xml.ts';
import { XmlError, attributeOf, childrenOf, find, parseXml, textIn, writeXml } from './xml-tree.ts';

test('values are escaped, nested XML is not', () => {
  const inner = xml`<b>${'<&>"\''}</b>`;
  assert.equal(
    xml`<a x="${'1" y="2'}">${inner}${[inner, null]}${7}</a>`.text,
    '<a x="1&quot; y=&quot;2"><b>&lt;&amp;&gt;&quot;&apos;</b><b>&lt;&amp;&gt;&quot;&apos;</b>7</a>',
  );
});

for (const character of ['\u0000', '\u0008', '\u001f', '\ud800', '\udc00x', '\ufffe', '\uffff']) {
  test(`U+${character.charCodeAt(0).toString(16)} is refused`, () => {
    assert.throws(() => xml`<a>${`x${character}`}</a>`, XmlCharacterError);
  });
}

test('any text comes back as it was, in content and in attributes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      let written;
      try {
        written = xml`<a x="${text}">${text}</a>`.text;
      } catch (error) {
        if (error instanceof XmlCharacterError) return;
        throw error;
      }
      const read = parseXml(written);
      assert.equal(textIn(read), text);
      assert.equal(attributeOf(read, 'x'), text);
      assert.equal(read.children.length, text === '' ? 0 : 1);
    }),
    { numRuns: 1000 },
  );
});

test('a written tree reads as the same tree', () => {
  const text = `<a xmlns:n='urn:n' k='"&amp;&#10;'>\n  <n:b>x &lt; y</n:b>\n  <c/><c d="1"/>\n</a>`;
  const tree = parseXml(text);
  assert.deepEqual(parseXml(writeXml(tree).text), tree);
  assert.equal(childrenOf(tree, 'c').length, 2);
  assert.equal(find(tree, 'b'), null, 'another namespace is not ours');
  assert.equal(find(tree, 'c', 'd'), null);
});

const refused: readonly (readonly [string, string])[] = [
  ['a document type', '<!DOCTYPE a><a/>'],
  ['an entity bomb', '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'],
  ['an external entity', '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'],
  ['an unknown entity', '<a>&b;</a>'],
  ['an unclosed element', '<a><b></a>'],
  ['two roots', '<a/><b/>'],
  ['an undeclared prefix', '<n:a/>'],
  ['nothing', ''],
  ['text alone', 'hello'],
  ['a forbidden character reference', '<a>&#0;</a>'],
  ['65 levels', '<a>'.repeat(65) + '</a>'.repeat(65)],
  ['over a mebibyte', `<a>${'x'.repeat(1_048_576)}</a>`],
];
for (const [what, text] of refused) {
  test(`${what} is refused`, () => {
    assert.throws(() => parseXml(text), XmlError);
  });
}
