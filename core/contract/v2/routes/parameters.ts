import * as z from 'zod/mini';
import { uuid } from '../../values.ts';

/** A path that names one conversation. */
export const byConversation = z.object({ conversation_id: uuid() });
