import type { AttackSummary } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';
import {
  layoutOf,
  LINE,
  MOST_LABEL,
  type Layout,
  type PlacedEdge,
  type PlacedNode,
  type Point,
} from './graph-layout.ts';
import { markup, type Markup } from './markup.ts';

/** An attack's statechart, drawn once per page; each record refers to it and lights up the path it took. */
export interface Statechart {
  readonly symbol: string;
  readonly layout: Layout;
}

const at = ({ x, y }: Point) => `${Math.round(x)} ${Math.round(y)}`;

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** A smooth line through the middles of its inner segments; it ends in the direction of its last bend. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  if (rest.length === 1) return `M${at(first)}L${at(last)}`;
  const bends = rest.slice(0, -1).map((point, index) => {
    const next = rest[index + 1] ?? last;
    return `Q${at(point)} ${at(next === last ? last : middle(point, next))}`;
  });
  return `M${at(first)}${bends.join('')}`;
}

function short(label: string): string {
  return label.length <= MOST_LABEL ? label : `${label.slice(0, MOST_LABEL - 1)}…`;
}

function labelLines(edge: PlacedEdge): Markup[] {
  const top = edge.at.y - ((edge.labels.length - 1) * LINE) / 2 + 3.5;
  return edge.labels.map(
    (label, index) =>
      markup`<text x="${Math.round(edge.at.x)}" y="${Math.round(top + index * LINE)}">${short(label)}</text>`,
  );
}

/**
 * Custom properties reach into a `use` where selectors do not: `--e3` and `--n5` colour one transition and one state of
 * one record's copy, `--cl` and `--cn` are what the others have.
 */
function drawEdge(edge: PlacedEdge, index: number): Markup {
  const style = `stroke:var(--e${index},var(--cl));stroke-width:var(--f${index},1.2px)`;
  return markup`<path d="${curve(edge.points)}"${edge.trouble ? markup` stroke-dasharray="3 3"` : null} style="${style}" marker-end="url(#arrow)"/>
<g style="fill:var(--t${index},var(--ct))">${labelLines(edge)}</g>`;
}

function drawStart({ start }: Layout): Markup {
  const [dot] = start;
  if (dot === undefined) return markup``;
  return markup`<g class="dot"><circle cx="${Math.round(dot.x)}" cy="${Math.round(dot.y)}" r="5"/>
<path d="${curve(start)}" marker-end="url(#arrow)"/></g>`;
}

function box(node: PlacedNode, inset: number, style: string): Markup {
  const x = Math.round(node.x - node.width / 2) + inset;
  const y = Math.round(node.y - node.height / 2) + inset;
  const [width, height] = [node.width - 2 * inset, node.height - 2 * inset];
  const radius = node.type === 'final' ? height / 2 : 6;
  return markup`<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" style="${style}"/>`;
}

function drawNode(node: PlacedNode, index: number): Markup {
  const line = `stroke:var(--s${index},var(--cl))`;
  const outer = box(node, 0, `fill:var(--n${index},var(--cn));${line};stroke-width:var(--x${index},1.2px)`);
  const ring = node.type === 'final' ? box(node, 3, `fill:none;${line};stroke-width:1px`) : null;
  const x = Math.round(node.x);
  const y = Math.round(node.y + (node.verb === null ? 4 : -3));
  const verb =
    node.verb === null ? null : markup`<text class="vb" x="${x}" y="${y + 14}">${node.verb}</text>`;
  return markup`<g>${outer}${ring}<text class="st" x="${x}" y="${y}">${node.id}</text>${verb}</g>`;
}

/** The charts of all attacks that can be drawn, by attack id; attacks with the same machine share one. */
export function statechartsOf(attacks: readonly AttackSummary[]): ReadonlyMap<string, Statechart> {
  const drawn = new Map<string, Statechart | undefined>();
  const charts = new Map<string, Statechart>();
  for (const { id, graph } of attacks) {
    const shape = JSON.stringify(graph);
    if (!drawn.has(shape)) {
      const layout = layoutOf(graph);
      drawn.set(shape, layout === undefined ? undefined : { symbol: `m${drawn.size}`, layout });
    }
    const chart = drawn.get(shape);
    if (chart !== undefined) charts.set(id, chart);
  }
  return charts;
}

/** The symbols that the records' charts refer to; once per page. */
export function chartDefinitions(charts: Iterable<Statechart>): Markup {
  const symbols = [...new Set(charts)].map(
    ({ symbol, layout }) =>
      markup`<symbol id="${symbol}" class="sc" viewBox="0 0 ${layout.width} ${layout.height}">${drawStart(layout)}
${layout.edges.map(drawEdge)}${layout.nodes.map(drawNode)}</symbol>`,
  );
  return markup`<svg class="defs" aria-hidden="true" width="0" height="0"><defs>
<marker id="arrow" viewBox="0 0 8 8" refX="7.500" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
<path d="M0 .6 8 4 0 7.400 2 4Z" fill="context-stroke" stroke="none"/></marker></defs>${symbols}</svg>`;
}

/** Where the path ends, its verdict gives the colour. */
function lit(chart: Statechart, path: readonly string[], verdict: Verdict): string {
  const entered = new Set(path);
  const steps = new Set(path.slice(1).map((state, index) => `${path[index]}\n${state}`));
  const last = path.at(-1);
  const nodes = chart.layout.nodes.flatMap((node, index) => {
    if (!entered.has(node.id)) return [];
    const [fill, line] = node.id === last ? [`${verdict}-bg`, verdict] : ['ch', 'cp'];
    return [`--n${index}:var(--${fill})`, `--s${index}:var(--${line})`, `--x${index}:1.8px`];
  });
  const edges = chart.layout.edges.flatMap((edge, index) =>
    steps.has(`${edge.from}\n${edge.to}`)
      ? [`--e${index}:var(--cp)`, `--f${index}:2.2px`, `--t${index}:var(--cx)`]
      : [],
  );
  return [...nodes, ...edges].join(';');
}

/** Each machine once, with the attacks that share it: for paper, where paths of passes are not drawn. */
export function drawMachines(charts: ReadonlyMap<string, Statechart>): Markup {
  const machines = [...new Set(charts.values())].map((chart) => {
    const attacks = [...charts].filter(([, of]) => of === chart).map(([id]) => id);
    return markup`<div class="machine"><p class="small">${attacks.join(', ')}</p>${drawing(chart, [], 'pass')}</div>`;
  });
  return markup`<h3>State machines of the attacks</h3>${machines}`;
}

function drawing(chart: Statechart, path: readonly string[], verdict: Verdict): Markup {
  const { width, height } = chart.layout;
  const taken = path.length === 0 ? '' : ` Path taken: ${path.join(', then ')}`;
  return markup`<div class="scroll chart" role="group" tabindex="0" aria-label="Statechart">
<svg class="sc" role="img" aria-label="Statechart.${taken}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"
style="${lit(chart, path, verdict)}"><use href="#${chart.symbol}" width="${width}" height="${height}"/></svg></div>`;
}

/** One record's copy of its attack's chart with the path it took lit up, and the path in words. */
export function drawPath(
  chart: Statechart | undefined,
  entered: readonly string[],
  verdict: Verdict,
): Markup {
  const path = entered.filter((state, index) => state !== entered[index - 1]);
  const steps = path.map((state) => markup`<li><code>${state}</code></li>`);
  return markup`${chart === undefined ? null : drawing(chart, path, verdict)}<ol class="path" aria-label="Path taken">${steps}</ol>`;
}
