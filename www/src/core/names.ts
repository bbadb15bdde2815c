/** The names that an object of names nobody knows beforehand has, inherited ones too; a page may have given more to all objects. */
export function namesIn(given: object): string[] {
  const names: string[] = [];
  for (const name in given) if (Object.hasOwn(given, name) || !(name in Object.prototype)) names.push(name);
  return names;
}
