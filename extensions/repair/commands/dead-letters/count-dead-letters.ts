import { EXIT } from "@rainhooks/stage/commands/exit";
import { dress, type FormatOptions, formatted, print, watched } from "@rainhooks/stage/commands/output";
import { reachStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { countDeadLetters, type DeadLetterCount } from "../../dead-letters/queues.ts";

/** Prints the number of messages in each dead-letter queue of a stage. */
export async function dlqCommand(
  options: StageSelection &
    FormatOptions & { readonly check?: boolean | undefined; readonly watch?: number | undefined },
): Promise<void> {
  const reached = await reachStage(options);
  await watched(options.watch, async () => {
    const queues = await countDeadLetters(reached);
    await print(text(queues, options));
    if (options.check && queues.some(({ messages }) => messages > 0)) process.exitCode = EXIT.failed;
  });
}

function text(queues: readonly DeadLetterCount[], options: FormatOptions): string {
  const rows = queues.map(({ webhook, messages }) => [webhook, messages]);
  const table = () =>
    formatTable(["webhook", "dead letters"], rows, (padded, cell) =>
      typeof cell === "number" && cell > 0 ? dress("red", padded) : padded,
    );
  return formatted(options, { value: { queues }, header: ["webhook", "messages"], rows, text: table });
}
