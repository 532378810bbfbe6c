import { useEffect, useRef, useState } from "preact/hooks";

/** A request that a button starts, and its result. */
export interface Mutation<Answer> {
  /** The last answer. */
  readonly found: Answer | undefined;
  readonly failure: unknown;
  readonly isBusy: boolean;
  readonly ask: () => Promise<void>;
  /** Ends what runs, without a failure. */
  readonly stop: () => void;
}

/**
 * Sends a request when the button is pressed, and never after the component is gone. An earlier result stays
 * until there is a new one.
 */
export function useMutation<Answer>(read: (signal: AbortSignal) => Promise<Answer>): Mutation<Answer> {
  const [found, setFound] = useState<Answer>();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const end = useRef<AbortController>(undefined);
  const stop = () => end.current?.abort();
  useEffect(() => stop, []);
  const ask = async () => {
    end.current = new AbortController();
    const { signal } = end.current;
    setBusy(true);
    setFailure(undefined);
    await read(signal).then(setFound, (error: unknown) => {
      if (!signal.aborted) setFailure(error);
    });
    setBusy(false);
  };
  return { found, failure, isBusy, ask, stop };
}
