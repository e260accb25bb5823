import { listMessages as native } from '../../core/dialects/native/list-messages.ts';
import { listMessages as v1 } from '../../core/dialects/v1/list-messages.ts';
import { listMessages as v2 } from '../../core/dialects/v2/list-messages.ts';
import { listDescribedMessages } from '../../core/operations/list-described-messages.ts';
import { listMessages } from '../../core/operations/list-messages.ts';
import { listWrittenMessages } from '../../core/operations/list-written-messages.ts';
import { httpFunction, serve } from '../edge/http.ts';

export const handler = httpFunction([
  serve(native, listMessages),
  serve(v2, listWrittenMessages),
  serve(v1, listDescribedMessages),
]);
