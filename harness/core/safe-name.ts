const NAME_LIMIT = 255;

/** Whether a name stays within the folder it is unpacked to, on any system, and shows as what it is. */
export function isSafeName(name: string): boolean {
  if (name === '' || name.length > NAME_LIMIT) return false;
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u001f\u007f-\u009f\\:*?"<>|\u202a-\u202e\u2066-\u2069]/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[. ]$/.test(part));
}
