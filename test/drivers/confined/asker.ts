/** A child that asks: several things at once, and one more before it gives up. */
import { JobRefused, workOff } from '#runtime/drivers/confined/work.js';

workOff(async (job, ask) => {
  const questions = job as readonly unknown[];
  if (questions.length > 0) return { result: await Promise.all(questions.map(ask)) };
  const unheard = ['first', 'second'].map(question => ask(question).catch(() => {}));
  void Promise.all(unheard);
  throw new JobRefused('gives up');
});
