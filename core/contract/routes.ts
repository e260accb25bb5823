import { nativeRoutes } from './native/routes.ts';
import type { Route } from './route.ts';
import { v1Routes } from './v1/routes.ts';
import { v2Routes } from './v2/routes.ts';

/** THE manifest: every REST route that Parley serves. The stack, the OpenAPI documents and the tests derive from it. */
export const routes: readonly Route[] = [...nativeRoutes, ...v2Routes, ...v1Routes];
