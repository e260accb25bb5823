import { connectFunction } from '../edge/connection.ts';

export const handler = connectFunction();
