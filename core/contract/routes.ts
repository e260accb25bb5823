import { nativeRoutes } from './native/routes.ts';
import type { Route } from './route.ts';

/** THE manifest: every REST route that Parley serves. The stack, the OpenAPI documents and the tests derive from it. */
export const routes: readonly Route[] = [...nativeRoutes];
