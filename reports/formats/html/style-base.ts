/** Colours for both themes; every text colour has at least 4.5:1 on its ground. */
const COLOURS = `
:root{color-scheme:light dark;
--bg:#fff;--panel:#f5f6f8;--ink:#151a21;--soft:#515b69;--line:#d9dee5;--hair:#e8ebef;--accent:#1b4f91;--focus:#1b4f91;
--pass:#12693a;--pass-bg:#e4f3ea;--fail:#ad1f1a;--fail-bg:#fde9e7;--inconclusive:#7f4e00;--inconclusive-bg:#fbefd8;
--error:#6a2c9c;--error-bg:#f3e9fa;--not-applicable:#515b69;--not-applicable-bg:#eceff3;
--cl:#b4bcc8;--ct:#5b6573;--cn:#fff;--ch:#e6eef9;--cp:#1b4f91;--cx:#1b4f91}
@media screen and (prefers-color-scheme:dark){:root{
--bg:#0e1116;--panel:#161b22;--ink:#e6eaf0;--soft:#a3adba;--line:#2e3641;--hair:#222933;--accent:#8dbbf7;--focus:#8dbbf7;
--pass:#72d69c;--pass-bg:#10301f;--fail:#ff9a92;--fail-bg:#3b1614;--inconclusive:#f0bf68;--inconclusive-bg:#352811;
--error:#d2abf8;--error-bg:#2b1c3a;--not-applicable:#a3adba;--not-applicable-bg:#212831;
--cl:#4a5462;--ct:#8d97a5;--cn:#12161c;--ch:#14273f;--cp:#8dbbf7;--cx:#a9cbf8}}
`;

const ELEMENTS = `
*{box-sizing:border-box}
html{font:15px/1.5 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Noto Sans","Liberation Sans","Helvetica Neue",Arial,sans-serif;
color:var(--ink);background:var(--bg);-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;overflow-wrap:anywhere}
h1,h2,h3,h4,h5,p,ul,ol,dl,dd,figure,fieldset{margin:0;padding:0}
h1{font-size:clamp(1.6rem,1.1rem + 2vw,2.35rem);line-height:1.15;letter-spacing:-.022em;font-weight:680;text-wrap:balance}
h2{font-size:1.45rem;line-height:1.25;letter-spacing:-.015em;font-weight:680;margin-bottom:.9rem}
h3{font-size:1.1rem;line-height:1.3;font-weight:650}h4{font-size:1rem;font-weight:650}h5{font-size:1rem;font-weight:550;display:inline}
code{font:.86em/1.4 ui-monospace,"SF Mono","Cascadia Mono",Menlo,Consolas,"Liberation Mono",monospace}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:.06em}
:focus-visible{outline:2px solid var(--focus);outline-offset:2px;border-radius:3px}
main:focus,.body:focus{outline:none}
ul,ol{list-style:none}
table{border-collapse:collapse;width:100%;text-align:start}
th{font-weight:inherit;text-align:start}th,td{vertical-align:top}
[hidden]{display:none!important}
.sr{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.soft{color:var(--soft)}.small{font-size:.86rem}
.hash{word-break:break-all}
.id{color:var(--soft);font-size:.8rem}
.scroll{position:relative;overflow-x:auto;max-width:100%}
.defs{position:absolute}
td,th,dd,li,q,p{unicode-bidi:isolate}
.skip{position:absolute;left:.5rem;top:-4rem;background:var(--bg);padding:.5rem .8rem;border:2px solid var(--focus);z-index:9}
.skip:focus{top:.5rem}
`;

const VERDICTS = ['pass', 'fail', 'inconclusive', 'error', 'not-applicable']
  .map(
    (mark) =>
      `.v-${mark}{color:var(--${mark})}.b-${mark}{background-color:var(--${mark})}.l-${mark}{background:var(--${mark}-bg)}`,
  )
  .join('');

const MARKS = `
.g{width:1.05em;height:1.05em;fill:none;stroke:currentColor;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round;
flex:none;vertical-align:-.17em;overflow:visible}
.v{font-weight:600;white-space:nowrap}.v .g,.tally .g{margin-right:.38em}
.v-not-run,.v-context-only{color:var(--soft)}
${VERDICTS}
.bar{display:flex;gap:2px;height:.5rem;border-radius:3px;overflow:hidden}.bar span{min-width:3px;flex-basis:0}
.b-fail,.key .c-nothing{background-image:repeating-linear-gradient(45deg,transparent 0 3px,rgb(0 0 0/.28) 3px 5px)}
.b-not-applicable{opacity:.55}
`;

/** Colours, elements and the verdict marks. */
export const BASE: string = COLOURS + ELEMENTS + MARKS;
