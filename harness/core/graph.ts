import type { AnyStateMachine, AnyStateNode } from 'xstate';

/** A machine's shape, for drawing and for checking paths. */
export interface MachineGraph {
  readonly initial: string;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly id: string;
  readonly type: 'state' | 'final';
  /** Verb invoked in the state, if any. */
  readonly verb: string | null;
  readonly description: string | null;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  /** Event in short form: `done`, `error`, `after 30000`, `always`; with the guard's name behind it. */
  readonly label: string;
}

/** An event's type as people call it: `done`, `error`, `after 30000`, `always`. */
export function shortEvent(type: string): string {
  if (type.startsWith('xstate.done.actor')) return 'done';
  if (type.startsWith('xstate.error.actor')) return 'error';
  const delayed = /^xstate\.after\.([^.]+)/.exec(type);
  if (delayed) return `after ${delayed[1]}`;
  return type === '' ? 'always' : type;
}

function guardName(guard: unknown): string {
  if (typeof guard === 'string') return ` [${guard}]`;
  if (typeof guard === 'object' && guard !== null && 'type' in guard) return ` [${String(guard.type)}]`;
  return '';
}

function nodeOf(node: AnyStateNode): GraphNode {
  return {
    id: node.key,
    type: node.type === 'final' ? 'final' : 'state',
    verb: typeof node.invoke[0]?.src === 'string' ? node.invoke[0].src : null,
    description: node.description ?? null,
  };
}

function edgesOf(node: AnyStateNode): GraphEdge[] {
  const transitions = [...[...node.transitions.values()].flat(), ...(node.always ?? [])];
  return transitions.flatMap((transition) =>
    (transition.target ?? []).map((target) => ({
      from: node.key,
      to: target.key,
      label: `${shortEvent(transition.eventType)}${guardName(transition.guard)}`,
    })),
  );
}

/** The shape of a flat machine (our scenario machines have no nested states). */
export function machineGraph(machine: AnyStateMachine): MachineGraph {
  const nodes = Object.values(machine.root.states) as AnyStateNode[];
  return {
    initial: String(machine.root.initial?.target[0]?.key ?? nodes[0]?.key),
    nodes: nodes.map(nodeOf),
    edges: nodes.flatMap(edgesOf),
  };
}
