/** What a hostile board may print, by what it aims at. */
export const HOSTILE: Readonly<Record<string, string>> = {
  markup: '</script></style></title><img src=x onerror=alert(1)><svg onload=alert(2)>',
  attribute: `" onmouseover="alert(3)' onfocus='alert(4)`,
  entity: '&lt;b&gt; &#x3c;script&#x3e; &amp;',
  cdata: ']]><x xmlns:y="z"><!--',
  doctype: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
  escape: '\u001b[2J\u001b]0;owned\u0007\u001b[31m\u009b5m\u0090q\u009c',
  controls: '\u0000\u0008\r\n\t\u007f\u0085',
  bidi: 'user\u202egnp.exe\u2066x\u2069\u200f\u061c',
  invisible: 'a\u200bb\u2060c\ufeffd\u00ade\u{e0041}',
  separators: 'a\u2028b\u2029c',
  surrogates: 'a\ud800b\udfffc\ufffe\uffff\ufffd',
  markdown: '[x](javascript:alert(5)) **b** `c` | d | <details>\n# heading\n@everyone ![p](http://e/x.png)',
  formula: '=HYPERLINK("http://e","x") +1 -1 @SUM(A1)',
  traversal: '../../../../etc/passwd ..\\..\\boot.ini file:///etc/passwd',
  format: '%s%n%x ${7*7} {{7*7}} $(id) `id`',
  long: 'A'.repeat(50_000),
};

/** All of it in one line. */
export const ALL_HOSTILE = Object.values(HOSTILE).join(' ');
