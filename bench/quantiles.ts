import { quantile } from '../replay/quantile.ts';

/** What half of the values, and all but one in a hundred, do not pass. */
export interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

export const quantiles = (values: readonly number[]): Quantiles => ({
  p50: quantile(values, 0.5),
  p99: quantile(values, 0.99),
});
