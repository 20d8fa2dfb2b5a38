import { monitorEventLoopDelay } from "node:perf_hooks";

/** Loaded into the server by the bench: says how late its event loop was between two messages of its parent. */
const delay = monitorEventLoopDelay({ resolution: 1 });
process.on("message", (message) => {
  if (message === "start") {
    delay.reset();
    delay.enable();
  } else if (message === "stop") {
    delay.disable();
    process.send!({ p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 });
  }
});
process.channel?.unref();
