import { disconnectFunction } from '../edge/connection.ts';

export const handler = disconnectFunction();
