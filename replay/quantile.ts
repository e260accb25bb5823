/**
 * The value below or at which the share `q` of the values lies, by nearest rank: 0.5 gives the median.
 * @param values in any order; NaN without any
 */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}
