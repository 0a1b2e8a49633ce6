import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, errorCodes } from '@loucloud/api';
import { errorMessages } from '../words/errors.messages.ts';
import { errorText } from './error-sentence.ts';

const MIB = 1_048_576;

// P-31.
test('a quota that is exceeded is named with what is used, what was asked and who can raise it', () => {
  const problem = {
    code: 'quota_exceeded',
    details: { resource: 'memoryMib', limit: 8192, used: 6144, asked: 4096 },
  };
  const text = errorText(problem, 'en').replaceAll('\u00a0', ' ');
  assert.equal(
    text,
    'Quota exceeded. Memory: limit 8 GiB, used 6 GiB, asked 4 GiB. The administrator can raise it.',
  );
  assert.match(errorText(problem, 'zh-CN'), /内存：上限 8.GiB/u);
});

test('an amount gets its unit by its name', () => {
  const details = { virtualSizeBytes: 2048 * MIB, diskBytes: 1024 * MIB };
  assert.match(
    errorText({ code: 'image_larger_than_disk', details }, 'en'),
    /at least 2.GiB; the template gives 1.GiB/u,
  );
});

test('names are listed as the language lists them', () => {
  const problem = { code: 'host_has_vms', details: { vms: ['a', 'b', 'c'] } };
  assert.match(errorText(problem, 'en'), /a, b, and c/);
  assert.match(errorText(problem, 'zh-CN'), /a、b、c/);
});

test('every code has a sentence in both languages, whatever details come with it', () => {
  for (const code of Object.keys(errorCodes)) {
    for (const language of ['en', 'zh-CN'] as const) {
      const text = errorText({ code, details: {} }, language);
      assert.doesNotMatch(text, /[{}]|undefined|NaN/, code);
      assert.ok(text.length > 3, code);
    }
  }
});

/** What somebody can do, as sentences that say so begin. */
const STEP =
  /(?:^|[.;:,] )(?:Ask|Attach|Bring|Check|Choose|Close|Compare|Convert|Copy|Cut|Decrypt|Define|Enter|Flatten|Give|Go|Leave|Log|Look|Make|Move|Open|Power|Put|Register|Remove|Restore|Say|Send|Shut|Start|Take|Transfer|Try|Type|Use|Wait|try) |[Tt]he administrator can|Enter it apart|are entered apart/;

test('every code says what to do next, in both languages', () => {
  const silent = Object.keys(errorCodes).flatMap((code) => [
    ...(STEP.test(errorMessages.en[code as ErrorCode]) ? [] : [`en ${code}`]),
    ...(errorMessages.zh[code as ErrorCode].includes('请') ? [] : [`zh ${code}`]),
  ]);
  assert.deepEqual(silent, []);
});

test('a code that is newer than this page is an internal one', () => {
  assert.match(errorText({ code: 'from_the_future', details: {} }, 'en'), /went wrong/);
});
