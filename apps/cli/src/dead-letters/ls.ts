import { allQueued, type ReachedStage } from "@rainhooks/stage";
import { formatTable } from "@rainhooks/terminal";
import { EXIT } from "../exit.ts";
import { dress, type FormatOptions, formatted, print, watched } from "../output.ts";
import { reachStage, type StageOptions } from "../reach/stage.ts";
import { countMessages } from "./count.ts";

/** The number of messages in the dead-letter queue of a webhook or a worker. */
interface Waiting {
  readonly webhook: string;
  readonly messages: number;
}

/** Prints the number of messages in each dead-letter queue of a stage. */
export async function dlqCommand(
  options: StageOptions &
    FormatOptions & { readonly check?: boolean | undefined; readonly watch?: number | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  await watched(options.watch, async () => {
    const waiting = await countAll(reached);
    await print(text(waiting, options));
    if (options.check && waiting.some(({ messages }) => messages > 0)) process.exitCode = EXIT.failed;
  });
}

function countAll(reached: ReachedStage): Promise<Waiting[]> {
  return Promise.all(
    allQueued(reached).map(async ([webhook, { deadLetterQueueUrl }]) => {
      return { webhook, messages: await countMessages(reached.clients, deadLetterQueueUrl) };
    }),
  );
}

function text(queues: readonly Waiting[], options: FormatOptions): string {
  const rows = queues.map(({ webhook, messages }) => [webhook, messages]);
  const table = () =>
    formatTable(["webhook", "dead letters"], rows, (padded, cell) =>
      typeof cell === "number" && cell > 0 ? dress("red", padded) : padded,
    );
  return formatted(options, { value: { queues }, header: ["webhook", "messages"], rows, text: table });
}
