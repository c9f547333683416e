const NARROW = `
@media(max-width:60rem){
.frame{grid-template-columns:minmax(0,1fr);gap:0}nav{position:static;padding:1rem 0;border-bottom:1px solid var(--line)}
nav ol{display:flex;flex-wrap:wrap;gap:0 1.1rem}nav ol a{padding:.35rem 0}.legend{display:none}
.pair{grid-template-columns:minmax(0,1fr)}}
@media(max-width:46rem){
.facts,.cols{grid-template-columns:minmax(0,1fr)}
.matrix,.matrix tbody,.matrix tr,.matrix td,.matrix th,.list,.list tbody,.list tr,.list td,.list th,.clauses,.clauses tbody,.clauses tr,.clauses td,.clauses th,.rows,.rows tbody,.rows tr,.rows td,.rows th{display:block;width:auto!important}
.matrix{min-width:0}.matrix thead,.list thead,.clauses thead,.rows thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
.matrix td{display:grid;grid-template-columns:9.5rem minmax(0,1fr);border:0;padding:.3rem 0}.matrix td:before{content:attr(data-l);color:var(--soft)}.matrix tbody th{border:0;padding:0 0 .3rem}
.matrix tr,.list tr:not(.group),.clauses tr,.rows tr{padding:.7rem 0;border-bottom:1px solid var(--line)}
.list td,.list tr:not(.group) th,.clauses td,.clauses tbody th,.rows td,.rows tbody th{border:0;padding:.15rem 0}
.list td[data-l]:before,.clauses td[data-l]:before,.rows td[data-l]:before{content:attr(data-l);display:block;color:var(--soft);font-size:.84rem}
.list td[data-l=Verdict]:before,.rows td:empty{display:none!important}.std summary h3{flex-basis:85%}
.rec summary .id{margin-left:0;flex-basis:100%}.rec summary h5{flex-basis:100%}
.facts>div,.card dl>div,.absent>div{grid-template-columns:minmax(0,1fr);gap:0}
.tl li{grid-template-columns:3.6rem minmax(0,1fr);gap:0 .5rem}.tl li>:last-child{grid-column:2}.tl b{grid-column:2}.tl i{grid-row:1/3}
output{margin-left:0}.lead{padding:1.2rem 1.1rem;gap:.9rem}.lead>span .g{width:2.4rem;height:2.4rem}.body{padding:.4rem .7rem .8rem}.card{padding:.9rem}}
`;

const MOTION = `
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}*{transition:none!important;animation:none!important}}
@media(forced-colors:active){.bar,.sw{forced-color-adjust:none}}
`;

const PRINT = `
@page{size:A4;margin:16mm 14mm 18mm}
@media print{
:root{color-scheme:light}
html{font-size:9.2pt;line-height:1.4}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
nav,.skip,.filter,.tools{display:none!important}.frame{display:block;padding:0;max-width:none}.mast{padding:0 0 .8rem}
main{padding:0}main>section{padding:1rem 0 1.2rem}
h2,h3,h4,h5,.fam,.why,summary,.group{break-after:avoid}.card,.kind,.flawed,.facts>div,.list tr,.rows tr,.absent>div,.conflicts li,.brief tr,.cuts,.machine,.chart,.tl li,.gap li{break-inside:avoid}
thead{display:table-header-group}.scroll{overflow:visible}.matrix{min-width:0}.cell>.v{font-size:8pt}.cuts svg{min-width:0}a{color:inherit;text-decoration:none}
#standards,#details,#scenarios{break-before:page}.mast>div{padding:0;max-width:none}
.list tr:has(+.more)>*{border-bottom:0;padding-bottom:.1rem}.list .more{break-before:avoid}.list .more td{padding-top:0}.list .more td>span{display:block;margin:0}.list .more code{display:inline;font-size:6.4pt}
.list{font-size:7.4pt}.list thead th:nth-child(1){width:12%}.list thead th:nth-child(2){width:24%}.list thead th:nth-child(3){width:37%}tbody td,tbody th{padding-top:.35rem;padding-bottom:.35rem}
.list .group th{padding-top:.9rem}.clauses{font-size:7.8pt}.clauses tr{break-inside:auto}.parts code{font-size:6.6pt}.brief code{font-size:6.8pt}.lines{font-size:6.6pt}
.rec summary:before,.std summary:before{display:none}.std summary{break-after:avoid}.std>p:last-child{break-before:avoid}.rec{border:0;border-top:1px solid var(--line);border-radius:0;margin:0}.rec[open]>summary{background:none;border:0}.rec summary,.body{padding-left:0;padding-right:0}
.pair{grid-template-columns:fit-content(48%) minmax(0,1fr);gap:1rem}.chart svg{max-width:100%;max-height:90mm}.tl{font-size:7.600pt}
.tl li{grid-template-columns:3.6rem 3.800rem minmax(0,1fr)}footer{padding:1rem 0 0}}
`;

/** Narrow screens, motion, forced colours and paper. */
export const MEDIA: string = NARROW + MOTION + PRINT;
