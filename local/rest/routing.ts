import type { Method } from './api.ts';

/** A method and what the request's path puts in the place of its parameters, percent-encoded as it came. */
export interface Match {
  readonly method: Method;
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the method for a request; undefined where the API has none. */
export type Router = (httpMethod: string, path: string) => Match | undefined;

interface Node {
  readonly literals: Map<string, Node>;
  parameter?: Node;
  readonly methods: Map<string, Method>;
}

const newNode = (): Node => ({ literals: new Map(), methods: new Map() });

/** `/` has no segment, `/items/` an empty one at its end; what begins with no slash is no path. */
const segmentsOf = (path: string): string[] => (path === '/' ? [] : path.replace(/^\//, '').split('/'));

/**
 * Routes to `methods` as API Gateway does: segment by segment, a literal before a parameter. An empty segment is none, so a
 * path with a slash at its end is another path.
 */
export function createRouter(methods: readonly Method[]): Router {
  const root = newNode();
  for (const method of methods) {
    let node = root;
    for (const segment of segmentsOf(method.path)) node = descend(node, segment);
    node.methods.set(method.httpMethod, method);
  }

  return (httpMethod, path) => {
    const segments = segmentsOf(path);
    let node: Node | undefined = root;
    for (const segment of segments)
      node = node?.literals.get(segment) ?? (segment === '' ? undefined : node?.parameter);
    const method = node?.methods.get(httpMethod);
    if (method === undefined) return undefined;
    const parameters = segmentsOf(method.path).flatMap((part, at) =>
      part.startsWith('{') ? [[part.slice(1, -1), segments[at]]] : [],
    );
    return { method, pathParameters: Object.fromEntries(parameters) };
  };
}

/** The node below `node` for a segment of a resource's path, made where there is none yet. */
function descend(node: Node, segment: string): Node {
  if (segment.startsWith('{')) {
    node.parameter ??= newNode();
    return node.parameter;
  }
  const below = node.literals.get(segment) ?? newNode();
  node.literals.set(segment, below);
  return below;
}
