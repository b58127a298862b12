/**
 * A member of a body by the vendor's type of it.
 *
 * @returns Its name, and its JSON: empty where there is nothing to send.
 */
export function bodyMember<Params>(): <Name extends keyof Params & string>(
  name: Name,
  value: Params[Name] | undefined,
) => readonly [Name, string] {
  return (name, value) => [name, value === undefined ? '' : JSON.stringify(value)]
}
