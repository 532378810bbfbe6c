import { countDeadLetters, type DeadLetterCount } from "@rainhooks/operate";
import { formatTable } from "@rainhooks/terminal";
import { EXIT } from "../exit.ts";
import { dress, type FormatOptions, formatted, print, watched } from "../output.ts";
import { reachStage, type StageSelection } from "../reach/reach-stage.ts";

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
