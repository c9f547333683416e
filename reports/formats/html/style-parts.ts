const FRAME = `
.mast{padding:1.4rem 0 1.5rem}.mast>div{max-width:82rem;margin:0 auto;padding:0 1.25rem}.mast h1+p{margin-top:.45rem}
.brand{display:flex;gap:.55rem;align-items:center;margin-bottom:1.1rem;font-size:.95rem}
.brand b{font-weight:700;letter-spacing:-.01em}.brand span{color:var(--soft)}
.logo{width:1.6rem;height:1.6rem;fill:none;stroke:var(--accent);stroke-width:2.4;stroke-linejoin:round;stroke-linecap:round}
.frame{display:grid;grid-template-columns:12.5rem minmax(0,1fr);gap:3rem;max-width:82rem;margin:0 auto;padding:0 1.25rem}
nav{position:sticky;top:0;align-self:start;padding:1.7rem 0;font-size:.93rem}
nav li{margin:.1rem 0}nav ol a{display:block;padding:.22rem 0;color:var(--soft);text-decoration:none}
nav ol a:hover{color:var(--accent);text-decoration:underline}
.legend{margin-top:1.3rem;padding-top:1.1rem;border-top:1px solid var(--line);font-size:.86rem}
main{padding-bottom:3rem;min-width:0}
main>section{padding:1.7rem 0 2.2rem}main>section+section{border-top:1px solid var(--line)}
footer{border-top:1px solid var(--line);padding:1.2rem 1.25rem 2rem;text-align:center;color:var(--soft);font-size:.88rem}
`;

const SUMMARY = `
.lead{display:grid;grid-template-columns:auto minmax(0,1fr);gap:1.3rem;align-items:start;padding:1.5rem 1.6rem 1.4rem;border-radius:10px}
.lead>span .g{display:block;width:3.4rem;height:3.4rem;stroke-width:1.15}
.say{font-size:clamp(1.3rem,1.05rem + 1.1vw,1.85rem);font-weight:670;letter-spacing:-.018em;line-height:1.2;text-wrap:balance}
.lead .bar,.flawed .bar{height:.8rem;margin:.9rem 0 .6rem}
.tally{display:flex;flex-wrap:wrap;gap:.3rem 1.5rem}.tally b{font-variant-numeric:tabular-nums}
.kind{margin-top:1.3rem;padding:.8rem 1rem;border:2px solid var(--accent);border-radius:6px;display:flex;flex-wrap:wrap;gap:.1rem .8rem;align-items:baseline}
.kind strong{font-size:1.05rem;color:var(--accent)}
.k-virtual,.k-machine{border-style:dashed}
.alert{display:flex;gap:.6rem;padding:.8rem 1rem;margin-bottom:1.3rem;background:var(--error-bg);color:var(--error);border-radius:6px}.alert .g{margin-top:.25em}
.flawed{margin-top:1.3rem;padding:1rem;background:var(--panel);border-radius:6px}.flawed p{max-width:72ch;margin-top:.3rem}
.facts{margin-top:1.4rem;display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 2.5rem}
.facts.wide{grid-template-columns:minmax(0,1fr)}
.facts>div,.card dl>div{display:grid;grid-template-columns:8.5rem minmax(0,1fr);gap:.2rem .9rem;padding:.34rem 0;border-top:1px solid var(--hair)}
dt{color:var(--soft)}
.card{border:1px solid var(--line);border-radius:8px;margin-top:1rem;padding:1.1rem 1.25rem 1.25rem}
.card header{display:flex;flex-wrap:wrap;gap:.4rem .8rem;align-items:center;margin-bottom:.7rem}
.card dl.wide>div{grid-template-columns:13rem minmax(0,1fr)}.card h4{margin:.9rem 0 .3rem}.card .cols>div:last-child>h4:first-child{margin-top:.35rem}
.cols{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:0 2.5rem}
.chip{border:1.5px solid var(--accent);color:var(--accent);border-radius:99px;padding:.02rem .6rem;font-size:.84rem;font-weight:600}
.chip.k-virtual,.chip.k-machine{border-style:dashed}
.notes{display:grid;gap:.35rem;max-width:80ch}.notes li,.caveats li{padding-left:1.1rem;position:relative}
.notes li:before,.caveats li:before{content:"";position:absolute;left:0;top:.72em;width:.55rem;border-top:1.5px solid var(--soft)}
.gapbox{margin-top:1.3rem;padding:.8rem 1rem;border-left:4px solid var(--inconclusive);background:var(--panel);border-radius:0 6px 6px 0;font-size:.92rem}.gapbox h3{margin-bottom:.35rem}
.conflicts{display:grid;gap:.15rem;margin-bottom:.4rem}.conflicts li{display:flex;gap:.5rem}.conflicts .g{color:var(--error);margin-top:.22em}
.absent>div{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:0 .9rem;padding:.12rem 0}
.only{margin-top:1.1rem;max-width:80ch}#campaign h3,#methods h3{margin:1.3rem 0 .3rem}
.gap{margin-top:1.5rem}.reasons{display:grid;gap:.7rem;margin-top:.4rem}
.refs{display:flex;flex-wrap:wrap;gap:.1rem 1.2rem;font-size:.88rem}
`;

const TABLES = `
thead th{color:var(--soft);font-size:.86rem;padding:.4rem .7rem .4rem 0;border-bottom:1px solid var(--line)}
tbody td,tbody th{padding:.55rem .9rem .55rem 0;border-bottom:1px solid var(--hair)}
.matrix{min-width:50rem;margin-top:1.4rem;table-layout:fixed}.matrix thead th:first-child{width:24%}
.matrix th[scope=row]{font-weight:620}.matrix th span{display:block;font-weight:400}
.cell{display:grid;gap:.3rem;text-decoration:none;color:inherit}.cell>.v{font-size:.95rem;white-space:normal}
.cell .words{display:flex;flex-wrap:wrap;gap:.1rem .6rem;font-size:.86rem;font-variant-numeric:tabular-nums}.cell .words .g{width:.85em;height:.85em;margin-right:.25em;vertical-align:-.09em}
.cell:hover>.v{text-decoration:underline}
.list{font-size:.88rem;line-height:1.42;table-layout:fixed}.list .v{white-space:normal}
.list thead th:nth-child(1){width:8.2rem}.list thead th:nth-child(2){width:27%}
.list td>span,.list th code{display:block}.list td>.v{display:inline}.list td>span+span{margin-top:.15rem}
.list .group th{padding:1.5rem 0 .45rem;font-weight:650;font-size:1.02rem;border-bottom:1.5px solid var(--line)}
.list .group span{font-weight:400;font-size:.9rem;margin-left:.7rem}
.list tbody tr:not(.group):hover{background:var(--panel)}
.filter{display:flex;flex-wrap:wrap;gap:.7rem 1.2rem;align-items:end;padding:.85rem 1rem;margin-bottom:.8rem;background:var(--panel);border-radius:8px;font-size:.92rem}
.filter>*{min-width:0;max-width:100%}.field{display:grid;grid-template-columns:minmax(0,1fr);gap:.15rem;color:var(--soft)}
input[type=search],select,button{font:inherit;color:var(--ink);background:var(--bg);border:1px solid var(--cl);border-radius:5px;padding:.32rem .6rem;min-height:2.2rem;max-width:min(100%,17rem)}
button:hover{border-color:var(--accent);color:var(--accent)}
fieldset{border:0;display:flex;flex-wrap:wrap;gap:.25rem 1rem;min-width:0}legend{color:var(--soft);padding:0;margin-bottom:.15rem}
.pick{display:inline-flex;gap:.45rem;align-items:center;min-height:2rem}input[type=checkbox]{accent-color:var(--accent);width:1rem;height:1rem;margin:0}
output{color:var(--soft);margin-left:auto;min-height:2rem;display:flex;align-items:center;font-variant-numeric:tabular-nums}
`;

const STANDARDS = `
.std{border-top:1px solid var(--line);padding:.2rem 0}.std[open]{padding-bottom:1.6rem}.std summary{padding:.5rem 0;cursor:pointer;display:flex;flex-wrap:wrap;gap:.1rem 1rem;align-items:baseline}.std summary h3{margin-right:auto}.std summary .v{font-size:.88rem;font-weight:500}
.std summary:before{content:"";width:.45em;height:.45em;border:solid var(--soft);border-width:0 1.6px 1.6px 0;transform:rotate(-45deg);align-self:center;flex:none}.std[open]>summary:before{transform:rotate(45deg)}.std summary::-webkit-details-marker{display:none}
.caveats{margin:.6rem 0 .8rem;padding:.75rem 1rem;background:var(--panel);border-radius:6px;display:grid;gap:.25rem;font-size:.92rem}
.clauses{table-layout:fixed;font-size:.92rem}.clauses thead th:nth-child(1){width:22%}.clauses thead th:nth-child(3){width:16%}.clauses thead th:nth-child(4){width:20%}
.clauses td:nth-child(3)>span{display:block;white-space:normal}.para{display:block;margin-top:.15rem}
.rows{font-size:.92rem;overflow-wrap:break-word}.rows ul{display:grid;gap:.1rem}.purpose{display:block;font-weight:400;margin-top:.2rem}#methods .rows{table-layout:fixed}#methods .rows thead th:first-child{width:46%}#methods .rows thead th:nth-child(2){width:11%}.rows th[scope=row]{font-weight:600}.rows th code,.rows .id{display:block;font-weight:400}
.status{margin-left:.5rem;font-size:.8rem;border:1px solid var(--line);border-radius:3px;padding:0 .3rem;color:var(--soft)}
.contrib{display:grid;gap:.6rem}.contrib>li{display:grid;align-items:start;grid-template-columns:4.9rem minmax(0,1fr)}.parts{display:grid;gap:.05rem;margin-top:.15rem}
.ctl{color:var(--soft);margin-top:.5rem;font-size:.86rem}.bites{display:block;margin-top:.5rem;color:var(--error)}.bites .g{margin-right:.35em}
.rel{display:inline-flex;gap:.3em;align-items:center}.rel svg{width:.8em;height:.8em;stroke:currentColor}
`;

const DETAILS = `
.tools{display:flex;gap:.6rem}.subject{margin-top:1.6rem}.subject>h3{font-size:1.2rem}
.family{margin-top:.9rem}.fam{color:var(--soft);border-bottom:1px solid var(--line);padding-bottom:.15rem}
.attack{margin-top:1rem}.why{max-width:80ch;color:var(--soft);margin:.1rem 0 .5rem}
.chartonly{margin:.6rem 0}.lines{margin:.4rem 0;font:.8rem/1.4 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;white-space:pre-wrap}.brief{width:100%;font-size:.9em}.brief span{display:block}.brief .v{display:inline}.rec{border:1px solid var(--line);border-radius:6px;margin-top:.4rem;contain-intrinsic-size:auto 2.7rem}
.rec summary{padding:.55rem .8rem;cursor:pointer;display:flex;flex-wrap:wrap;gap:.1rem .9rem;align-items:center;border-radius:6px}
.rec summary:hover{background:var(--panel)}.rec[open]>summary{background:var(--panel);border-bottom:1px solid var(--line);border-radius:6px 6px 0 0}
.rec summary:before{content:"";width:.45em;height:.45em;border:solid var(--soft);border-width:0 1.6px 1.6px 0;transform:rotate(-45deg);align-self:center;flex:none}
.rec[open]>summary:before{transform:rotate(45deg)}.rec summary .v{min-width:8.2rem}
.rec summary::-webkit-details-marker{display:none}.rec summary .id{margin-left:auto}
.body{padding:.4rem 1rem 1rem;scroll-margin-top:4.5rem}.body .facts{margin-top:.4rem}.body>.facts:first-child>div:first-child{border-top:0}
.findings{background:var(--inconclusive-bg);border-radius:5px;padding:.6rem .85rem;margin:.6rem 0}
.stack{display:grid;grid-template-columns:minmax(0,1fr);gap:1rem;margin:1rem 0}.pair{display:grid;grid-template-columns:fit-content(50%) minmax(0,1fr);gap:1.6rem;margin:1rem 0;align-items:start}
.chart{width:fit-content;background:var(--panel);border-radius:6px;padding:.5rem}.chart svg{display:block;max-width:none;height:auto}
@media(min-width:60rem){.chart svg{max-width:100%}}
.sc text{font:10px ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;text-anchor:middle;fill:inherit;paint-order:stroke;stroke:var(--panel);stroke-width:4px;stroke-linejoin:round}
.sc path{fill:none}.sc text.st{font:600 12px -apple-system,"Segoe UI","Liberation Sans",Arial,sans-serif;fill:var(--ink);stroke:none}.sc text.vb{fill:var(--soft);stroke:none}.dot{fill:var(--cp);stroke:var(--cp);stroke-width:1.2px}
.path{display:flex;flex-wrap:wrap;gap:.1rem .4rem;margin-top:.5rem}.path li+li:before{content:"→";margin-right:.4rem;color:var(--soft)}
.tl{font-size:.88rem}.tl li{display:grid;grid-template-columns:3.8rem 4.1rem minmax(0,1fr);gap:.55rem;padding:.12rem 0}
.tl i{font-style:normal;text-align:end;color:var(--soft);font-variant-numeric:tabular-nums}.tl b{font-weight:400;color:var(--soft)}
.tl .e-transition span{font-weight:600}.tl .e-end{border-top:1px solid var(--line);margin-top:.2rem;padding-top:.3rem}.tl .e-end span{font-weight:600}
.tl .e-more{color:var(--soft)}
q{quotes:none;font:.94em ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace;display:block}.tl em{display:block;font-style:normal;color:var(--soft)}.con{background:var(--panel);padding:.2rem .5rem;border-radius:4px}
.cuts{margin:1rem 0}.cuts svg{display:block;width:100%;min-width:46rem}.cuts text{font-size:11px;fill:var(--soft)}.axis{stroke:var(--cl);fill:none}.tick{stroke:var(--soft);fill:none}
.c-old{fill:var(--cl);background:var(--cl)}.c-new{fill:var(--accent);background:var(--accent)}.c-stuck{fill:var(--error);background:var(--error)}.c-other{fill:var(--inconclusive);background:var(--inconclusive)}.c-nothing{fill:var(--fail);background-color:var(--fail)}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1.3rem;font-size:.9rem}.sw{display:inline-block;width:.75rem;margin-right:.4rem}
.mark{fill:var(--fail);stroke:none}.w0{fill:var(--panel)}.w1{fill:var(--hair)}.f-blank{fill:var(--hair);background:var(--hair)}.brief .notes li:before{content:none}.brief .notes li{padding:0}.flash th{white-space:nowrap}.notes{display:flex;flex-wrap:wrap;gap:.1rem 1.4rem}.cuts .key svg{display:inline-block;width:.75rem;min-width:0;height:.6rem}.flash svg{min-width:38rem}
.f-old{fill:var(--cl);background:var(--cl)}.f-new{fill:var(--accent);background:var(--accent)}.f-old-part{fill:var(--ct);background:var(--ct)}.f-new-part{fill:var(--error);background:var(--error)}.f-other{fill:var(--inconclusive);background:var(--inconclusive)}
.sw[class*=" f-"]{height:.75rem}.tears{min-width:44rem}.tears td,.tears th{overflow-wrap:normal}.tears .n{text-align:end;font-variant-numeric:tabular-nums}.tears .bad{color:var(--fail);font-weight:650}caption{text-align:start;padding:.2rem 0 .4rem;font-weight:600}
.halves{display:grid;grid-template-columns:repeat(auto-fit,minmax(13rem,1fr));gap:.8rem;margin:.8rem 0}.half.l-fail{background:var(--fail-bg)}.half{background:var(--panel);border-radius:6px;padding:.6rem .85rem}.figure{font-size:1.15rem;font-weight:650}.note{font-weight:600;margin-bottom:.8rem}
.failure{margin:1rem 0}.failure h6{font-size:1rem;margin:0 0 .4rem}.steps{list-style:decimal;padding-inline-start:1.3rem}.failure p{margin:.3rem 0}.bytes{overflow-x:auto;margin:.3rem 0;font-size:.85rem}
.sw.c-old{height:.3rem}.sw.c-new{height:.7rem}.sw.c-stuck{height:.5rem}.sw.c-other{height:.8rem}.sw.c-nothing{height:.9rem}
`;

/** Everything that has a class. */
export const PARTS: string = FRAME + SUMMARY + TABLES + STANDARDS + DETAILS;
