/** True for a pattern that stands for more than one id. */
export function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Whether an id fits a pattern: `*` is any run of characters, `?` any one; without them, the id or a folder of it. */
export function matches(pattern: string, id: string): boolean {
  if (!isGlob(pattern)) return id === pattern || id.startsWith(`${pattern}/`);
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(id);
}
