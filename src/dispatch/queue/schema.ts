import type { z } from 'zod';
import { MODES } from '../../contracts/results.js';
import { MESSAGES_VERSION, type JobData } from './messages.js';
import type { QueuePackages } from './packages.js';

const MOST_PICTURES = 1024;
const MOST_THREADS = 1024;

/**
 * What a job must look like. Whoever can write to the queue can send anything, so nothing of a job is used before it was read
 * by this schema. Locators of other kinds than files are checked where they are read.
 */
export function jobReader({ zod }: QueuePackages): (data: unknown) => JobData | undefined {
  const { z: schema } = zod;
  const text = schema.string().max(65_536);
  const picture = schema.object({
    index: schema.int().min(0),
    source: schema.object({
      name: text,
      nameBytes: text.optional(),
      locator: schema.looseObject({ kind: text }),
      page: schema.int().min(1).optional(),
      pages: schema.int().min(1).optional(),
      failure: schema.looseObject({ code: text, message: text }).optional(),
    }),
  });
  const spec = schema.looseObject({
    model: text.min(1),
    threads: schema.int().min(1).max(MOST_THREADS),
    batchSize: schema.int().min(1).max(65_536),
    shareWeights: schema.boolean(),
  });
  const compute = schema.object({ backend: text, device: text, precision: text });
  const job: z.ZodType = schema.object({
    version: schema.literal(MESSAGES_VERSION),
    run: schema.string().regex(/^[\w-]{1,64}$/),
    model: schema.object({ spec, fingerprint: text, compute }),
    mode: schema.enum(MODES),
    retries: schema.int().min(0).max(1000),
    timeoutMs: schema.number().positive().optional(),
    alone: schema.boolean(),
    maybeMissing: schema.boolean(),
    pictures: schema.array(picture).min(1).max(MOST_PICTURES),
  });
  return (data) => {
    const read = job.safeParse(data);
    return read.success ? (read.data as JobData) : undefined;
  };
}
