import { limits } from '../../limits.ts';
import { acting } from '../../parameters.ts';
import { countOr } from '../../values.ts';

/** What every list takes. */
export const paged = { ...acting, page: countOr(1), per_page: countOr(limits.pageDefault, limits.pageMost) };
