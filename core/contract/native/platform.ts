import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { writtenText } from '../values.ts';

export const Platform = z.object({ publicKey: z.string(), name: z.string(), organization: z.string() });

export const PutPlatformRequest = z.object({ name: writtenText(limits.name) });
