/** The servers that tests run against: a process of this repository's Python side. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createInterface } from "node:readline";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Base URLs, and the ids of tests that are there for a purpose. */
export interface Stage {
  api: string;
  hasty: string;
  storeless: string;
  long_runs: number;
  tests: Record<
    "long" | "live" | "quiet" | "deployed" | "hostile" | "gone" | "unreadable" | "wrong",
    string
  >;
}

/** Starts it; `PYTHON` names an interpreter that has the requirements installed. */
export async function startStage(): Promise<{ stage: Stage; stop: () => Promise<void> }> {
  const python = process.env["PYTHON"] ?? `${root}.venv/bin/python`;
  const child = spawn(python, ["-m", "tests.client_stage"], {
    cwd: root,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const early = ended.then(() => Promise.reject(new Error("the stage does not start")));
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), early])) as [string];
  early.catch(() => undefined);
  const stop = async () => {
    child.stdin.end();
    await ended;
  };
  return { stage: JSON.parse(line) as Stage, stop };
}
