import assert from 'node:assert/strict';
import { findChromium } from './find-chromium.ts';

const having =
  (...paths: readonly string[]) =>
  (path: string) =>
    paths.includes(path);

describe('finding a Chromium', () => {
  it('takes the one a variable names before any other', () => {
    const env = { ASSAY_CHROMIUM: '/a', CHROME_PATH: '/b', PATH: '/usr/bin' };
    const exists = having('/a', '/b', '/usr/bin/chromium');
    assert.deepEqual(findChromium(env, 'linux', exists), { path: '/a' });
    assert.deepEqual(findChromium({ ...env, ASSAY_CHROMIUM: '' }, 'linux', exists), { path: '/b' });
  });

  it('complains about a variable that names nothing instead of passing it over', () => {
    const found = findChromium({ ASSAY_CHROMIUM: '/gone' }, 'linux', having('/usr/bin/chromium'));
    assert.ok('missing' in found);
    assert.match(found.missing, /ASSAY_CHROMIUM names \/gone, which does not exist; install/);
  });

  it('looks in the usual places and then on the path', () => {
    const env = { PATH: '/x:/y' };
    assert.deepEqual(findChromium(env, 'linux', having('/usr/bin/google-chrome', '/y/chromium')), {
      path: '/usr/bin/google-chrome',
    });
    assert.deepEqual(findChromium(env, 'linux', having('/y/chromium')), { path: '/y/chromium' });
    assert.deepEqual(
      findChromium({ PATH: String.raw`C:\p;D:\q` }, 'win32', having(String.raw`D:\q` + '/chrome.exe')),
      {
        path: String.raw`D:\q` + '/chrome.exe',
      },
    );
  });

  it('says how to get one when there is none', () => {
    const found = findChromium({}, 'darwin', having());
    assert.deepEqual(found, {
      missing:
        'no Chromium was found on this machine; install Chromium or Chrome, or set ASSAY_CHROMIUM to its path',
    });
  });
});
