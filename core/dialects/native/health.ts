import * as routes from '../../contract/native/routes/health.ts';
import { nativeCodec } from './codec.ts';

export const health = nativeCodec(routes.health, {
  decode: () => undefined,
  encode: () => ({ status: 200, body: { status: 'ok' } }),
});
