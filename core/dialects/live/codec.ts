import type * as z from 'zod/mini';
import type { Action } from '../../contract/live/action.ts';
import { invalid } from '../../domain/errors.ts';
import { parseValue } from '../codec.ts';
import { words } from '../native/words.ts';

/** How the data of one action is understood and answered. */
export interface ActionCodec<Input, Output> {
  readonly action: Action;
  /** What the action's data calls otherwise than its operation does, for the faults that the operation finds. */
  readonly names: Readonly<Record<string, string>>;
  /**
   * @param data undefined where the frame has none
   * @throws Failure `validation_failed` with all faults
   */
  decode(data: unknown): Input;
  /**
   * The data of the ack, held against the action's own schema, and fit for one frame.
   * @throws Error when we would break our contract
   */
  encode(output: Output): unknown;
}

/** The codec of an action, whose data `decode` is given parsed; what `encode` answers is checked. */
export const liveCodec = <Data extends z.ZodMiniType, Ack extends z.ZodMiniType, Input, Output>(
  action: Action<Data, Ack>,
  {
    decode,
    encode,
    names = {},
  }: {
    readonly decode: (data: z.output<Data>) => Input;
    readonly encode: (output: Output) => z.input<Ack>;
    readonly names?: ActionCodec<Input, Output>['names'];
  },
): ActionCodec<Input, Output> => ({
  action,
  names,
  decode: (data = {}) => {
    const { data: parsed, faults } = parseValue(action.data, data, words);
    if (faults) throw invalid(...faults.map((fault) => ({ ...fault, path: fault.path || 'data' })));
    return decode(parsed);
  },
  encode: (output) => action.ack.parse(encode(output)),
});
