import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { type Fact, groupsOf, type Message, only, type Recording } from '../recording/recording.js';
import { type Drawing, enumerate, type Layout } from './drawing/drawing.js';
import { element, escapeText } from './drawing/markup.js';
import type { Graph } from './figure.js';

const graphviz = await Graphviz.load();

/** An arrow, and how many equal messages it stands for. */
interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly count: number;
}

export function drawGraph(part: Graph, recording: Recording, layout: Layout): Drawing {
  const facts = only(recording, 'fact');
  const edges = countEqual(only(recording, 'message'));
  if (edges.length === 0) return drawBoxes(facts);
  const across = part.across === true && layout === 'wide';
  const subjects = new Set([
    ...facts.map(({ subject }) => subject),
    ...edges.flatMap(({ from, to }) => [boxOf(from), boxOf(to)]),
  ]);
  const lines = [
    `rankdir=${across ? 'LR' : 'TB'}`,
    // Text is set in a monospaced font, of which Graphviz knows the widths.
    'bgcolor=transparent pad=0.06 nodesep=0.25 ranksep=0.45',
    'node [shape=plain fontname=Courier fontsize=12]',
    'edge [fontname=Courier fontsize=11 arrowsize=0.7]',
    ...[...subjects].map((subject) => node(subject, facts)),
    ...frames(part, facts),
    ...edges.map((edge) => arrow(part, edge, across)),
    ...(part.rows === true && !across ? stacked([...subjects]) : []),
  ];
  const drawn = graphviz.layout(`digraph {\n${lines.join('\n')}\n}`, 'svg', 'dot');
  return {
    html: cleaned(drawn),
    marks: facts.length + edges.length,
    description: describe(facts, edges),
  };
}

/** Boxes that no arrows join: as tables, which stand beside each other where there is room. */
function drawBoxes(facts: readonly Fact[]): Drawing {
  const subjects = [...new Set(facts.map(({ subject }) => subject))];
  const boxes = subjects.map((subject) => {
    const rows = facts
      .filter((fact) => fact.subject === subject)
      .map(({ name, value }) =>
        element(
          'tr',
          { 'data-mark': '' },
          element('td', {}, escapeText(name)),
          element('td', {}, escapeText(value)),
        ),
      );
    return element('table', {}, element('caption', {}, escapeText(subject)), ...rows);
  });
  return {
    html: element('div', { class: 'row boxes' }, ...boxes),
    marks: facts.length,
    description: describe(facts, []),
  };
}

function countEqual(messages: readonly Message[]): Edge[] {
  const edges = new Map<string, Edge>();
  for (const { from, to, label } of messages) {
    const key = [from, to, label].join('\n');
    edges.set(key, { from, to, label, count: (edges.get(key)?.count ?? 0) + 1 });
  }
  return [...edges.values()];
}

/** A box with the subject as its title, and a row for each fact. */
function node(subject: string, facts: readonly Fact[]): string {
  const rows = facts
    .filter((fact) => fact.subject === subject)
    .map(
      ({ name, value }) =>
        `<tr><td align="left" port=${quote(name)}>${escapeText(name)}</td>` +
        `<td align="left" port=${quote(`${name} value`)}>${escapeText(value)}</td></tr>`,
    );
  const title = `<tr><td colspan="2" bgcolor="#eeeeee"><b>${escapeText(subject)}</b></td></tr>`;
  const table = `<table border="1" cellborder="0" cellspacing="0" cellpadding="4">`;
  return `${quote(subject)} [label=<${table}${title}${rows.join('')}</table>>]`;
}

function frames(part: Graph, facts: readonly Fact[]): string[] {
  if (part.framed !== true) return [];
  return [...groupsOf(facts)].map(([group, own], index) => {
    const inside = [...new Set(own.map(({ subject }) => quote(subject)))].join('; ');
    return (
      `subgraph cluster_${index} { label=${quote(group)} fontname=Courier fontsize=12 ` +
      `labeljust=l margin=14 style=rounded ${inside} }`
    );
  });
}

function arrow(part: Graph, { from, to, label, count }: Edge, across: boolean): string {
  const text = [label, count > 1 || label === '' ? `${count}×` : '']
    .filter((each) => each !== '')
    .join(' ');
  const end = (name: string, port: string, side: string): string => {
    const [box = '', row] = name.split('/');
    return part.rows === true && row !== undefined
      ? `${quote(box)}:${quote(row + port)}:${side}`
      : quote(name);
  };
  // From the value to the name of the other row; where boxes stand below each other, along their left.
  const start = across ? end(from, ' value', 'e') : end(from, '', 'w');
  // In a column there is no room beside the boxes: the rows that an arrow joins say what it means.
  const attributes = part.rows === true && !across ? 'constraint=false' : `label=${quote(` ${text} `)}`;
  return `${start} -> ${end(to, '', 'w')} [${attributes}]`;
}

/** Invisible arrows from each box to the next, so that they stand in a column. */
function stacked(subjects: readonly string[]): string[] {
  return subjects.slice(1).map((subject, index) => {
    return `${quote(subjects[index] ?? '')} -> ${quote(subject)} [style=invis]`;
  });
}

function boxOf(end: string): string {
  return end.split('/')[0] ?? end;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', String.raw`\\`).replaceAll('"', String.raw`\"`)}"`;
}

/** Only the image, in pixels, with colours and fonts left to the page's style sheet. */
function cleaned(drawn: string): string {
  return drawn
    .slice(drawn.indexOf('<svg'))
    .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
    .replaceAll(/<title>[\s\S]*?<\/title>\n?/g, '')
    .replaceAll(/ (?:id|font-family|xmlns:xlink|xml:space)="[^"]*"/g, '')
    .replace(
      /<svg width="([\d.]+)pt" height="([\d.]+)pt"/,
      '<svg class="diagram" aria-hidden="true" width="$1" height="$2"',
    )
    .replaceAll(/<g class="(node|edge)">/g, '<g class="$1" data-mark="">');
}

function describe(facts: readonly Fact[], edges: readonly Edge[]): string {
  const boxes = facts.map(({ subject, name, value }) => `${subject}: ${name} ${value}`);
  const arrows = edges.map(
    ({ from, to, label, count }) => `${from} to ${to}${label === '' ? '' : `: ${label}`}, ${count}×`,
  );
  return [
    boxes.length > 0 ? `Boxes: ${enumerate(boxes, 24)}.` : '',
    arrows.length > 0 ? `Arrows: ${enumerate(arrows, 24)}.` : '',
  ]
    .filter((each) => each !== '')
    .join(' ');
}
