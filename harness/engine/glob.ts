/** True for a pattern that stands for more than one id. */
function isGlob(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Wildcard match that goes back to the last star only: no pattern takes longer than both lengths multiplied. */
function globMatches(pattern: string, id: string): boolean {
  let [at, star, tried] = [0, -1, 0];
  for (let i = 0; i < id.length;) {
    if (pattern[at] === '*') {
      star = at++;
      tried = i;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === id[i])) {
      at++;
      i++;
    } else if (star !== -1) {
      at = star + 1;
      i = ++tried;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

/** Whether an id fits a pattern: `*` is any run of characters, `?` any one; without them, the id or a folder of it. */
export function matches(pattern: string, id: string): boolean {
  return isGlob(pattern) ? globMatches(pattern, id) : id === pattern || id.startsWith(`${pattern}/`);
}
