import { Graph, layout } from '@dagrejs/dagre';
import type { GraphEdge, GraphNode, MachineGraph } from '#core/graph.ts';

/** A state placed on the drawing; x and y are its centre. */
export interface PlacedNode extends GraphNode {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** All transitions between two states as one line, with their labels one above the other. */
export interface PlacedEdge {
  readonly from: string;
  readonly to: string;
  readonly labels: readonly string[];
  /** Taken only when the board gives no usable answer. */
  readonly trouble: boolean;
  readonly points: readonly Point[];
  /** Centre of the labels. */
  readonly at: Point;
}

/** A machine's drawing in user units. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  /** Line from the dot where the machine starts, which is at its first point. */
  readonly start: readonly Point[];
}

/** A place on the drawing. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Name of the dot's node; no state has a name with a line feed. */
const DOT = '\n';

/** Advance of a character in the drawing's 11 px monospace, in user units. */
export const CHARACTER = 6.7;
/** Distance of label lines. */
export const LINE = 12;
/** Labels longer than this are cut; the path below the drawing and the JSON have them whole. */
export const MOST_LABEL = 34;

/** A transition's label as drawn: its guard in words; what remains beside guarded ones is `otherwise`. */
function drawnLabel({ from, label }: GraphEdge, all: readonly GraphEdge[]): string | undefined {
  const [, event = label, guard] = /^(.*?)(?: \[(.*)\])?$/.exec(label) ?? [];
  if (event === 'error') return undefined;
  if (guard !== undefined) return guard.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  if (event !== 'done' && event !== 'always') return label;
  return all.some((edge) => edge.from === from && edge.label.startsWith(`${event} [`))
    ? 'otherwise'
    : undefined;
}

interface Joined {
  readonly from: string;
  readonly to: string;
  readonly labels: string[];
  readonly trouble: boolean;
}

function joined(graph: MachineGraph): readonly Joined[] {
  const edges = new Map<string, Joined>();
  for (const edge of graph.edges) {
    const key = `${edge.from}\n${edge.to}`;
    const trouble = edge.label.startsWith('error') && (edges.get(key)?.trouble ?? true);
    const labels = edges.get(key)?.labels ?? [];
    const label = drawnLabel(edge, graph.edges);
    if (label !== undefined && !labels.includes(label)) labels.push(label);
    edges.set(key, { from: edge.from, to: edge.to, labels, trouble });
  }
  return [...edges.values()];
}

function nodeWidth(node: GraphNode): number {
  const longest = Math.max(node.id.length * 7.2, (node.verb?.length ?? 0) * CHARACTER);
  return Math.max(72, Math.round(longest + 28));
}

function labelWidth(labels: readonly string[]): number {
  if (labels.length === 0) return 0;
  return Math.max(...labels.map((label) => Math.min(label.length, MOST_LABEL))) * 6 + 8;
}

function isDrawable(graph: MachineGraph): boolean {
  const ids = new Set(graph.nodes.map((node) => node.id));
  return ids.has(graph.initial) && graph.edges.every((edge) => ids.has(edge.from) && ids.has(edge.to));
}

type Box = Point & { readonly width: number; readonly height: number };

// After the layout every node and edge has its place; the library's types do not say so.
const placeOf = (graph: Graph, id: string) => graph.node(id) as Box;
const bendsOf = (graph: Graph, { from, to }: { from: string; to: string }) =>
  graph.edge(from, to) as Point & { readonly points: readonly Point[] };

/** A transition back to its own state: out of the right side and in again, through its label. */
function selfLoop({ x, y, width, height }: Box, labelX: number): Pick<PlacedEdge, 'points' | 'at'> {
  const side = x + width / 2;
  const [inner, outer] = [height / 4, height / 2];
  const points = [
    { x: side, y: y - inner },
    { x: labelX, y: y - outer },
    { x: labelX, y: y + outer },
    { x: side, y: y + inner },
  ];
  return { points, at: { x: labelX, y } };
}

/** Places a machine's states and transitions; undefined for a graph whose edges name states it does not have. */
export function layoutOf(machine: MachineGraph): Layout | undefined {
  if (machine.nodes.length === 0 || !isDrawable(machine)) return undefined;
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 18, ranksep: 22, edgesep: 14, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of machine.nodes) {
    graph.setNode(node.id, { width: nodeWidth(node), height: node.verb === null ? 28 : 40 });
  }
  const edges = joined(machine);
  for (const edge of edges) {
    const height = edge.labels.length === 0 ? 0 : edge.labels.length * LINE + 2;
    graph.setEdge(edge.from, edge.to, { width: labelWidth(edge.labels), height, labelpos: 'c' });
  }
  graph.setNode(DOT, { width: 10, height: 10 });
  graph.setEdge(DOT, machine.initial, { width: 0, height: 0 });
  layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  return {
    width: Math.ceil(size.width ?? 0),
    height: Math.ceil(size.height ?? 0),
    start: [placeOf(graph, DOT), ...bendsOf(graph, { from: DOT, to: machine.initial }).points.slice(1)],
    nodes: machine.nodes.map((node) => Object.assign({}, node, placeOf(graph, node.id))),
    edges: edges.map((edge) => {
      const { points, x, y } = bendsOf(graph, edge);
      if (edge.from === edge.to) return Object.assign({}, edge, selfLoop(placeOf(graph, edge.from), x));
      return Object.assign({}, edge, { points, at: { x, y } });
    }),
  };
}
