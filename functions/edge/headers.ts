/** Headers as a gateway's event has them: all values of each. */
type Headers = Readonly<Record<string, readonly string[] | undefined>> | null | undefined;

/** All values of a header; gateways leave its name as it came. `name` in lower case. */
export const headerValues = (headers: Headers, name: string): string[] =>
  Object.entries(headers ?? {})
    .filter(([sent]) => sent.toLowerCase() === name)
    .flatMap(([, values]) => values ?? []);
