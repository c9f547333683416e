import { shown } from './visible.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 forbids and `visible` lets through: the two non-characters of the basic plane. */
const FORBIDDEN = /[\ufffe\uffff]/g;

/** Text for XML content or a quoted attribute: no markup, no control characters, nothing XML 1.0 forbids. */
export function escapeXml(text: string): string {
  return shown(text)
    .replaceAll(FORBIDDEN, '\ufffd')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}

/** Attribute values by name. */
export type Attributes = Readonly<Record<string, string | number>>;

/** ` name="value"` for each, escaped. Names are our own. */
export function attributes(values: Attributes): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

/** One element with lines of text. */
export function element(name: string, values: Attributes, lines: readonly string[] = []): string {
  const text = lines.map(escapeXml).join('\n');
  return text === '' ? `<${name}${attributes(values)}/>` : `<${name}${attributes(values)}>${text}</${name}>`;
}
