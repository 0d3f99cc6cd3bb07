import * as fc from 'fast-check';
import { PipelineRun, type Step, steps } from '../kits/pipeline/pipeline-run';

/** How many steps are tried in all; a long run sets more. */
const STEPS = Number(process.env.PIPELINE_STEPS ?? 8_000);

/** Of one run, with those that it takes to an end. */
const STEPS_OF_A_RUN = 100;

test(
  `A8 A10 L1 L2 L3 L4 L9 E4 whatever happens in whatever order, every subscriber is told what the rules say, in ${STEPS} random steps`,
  async () => {
    const agrees = async (script: Step[]) => {
      const run = new PipelineRun();
      await run.begin();
      for (const step of script) {
        await run.take(step);
        run.expectRight();
      }
      await run.end();
    };
    await fc.assert(fc.asyncProperty(steps, agrees), { numRuns: Math.ceil(STEPS / STEPS_OF_A_RUN) });
  },
  Math.max(480_000, STEPS * 10),
);
