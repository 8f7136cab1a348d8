/** Predicts with workers on other machines, through a queue in Redis. */
import type { MakeDispatcher } from '../../contracts/dispatcher.js';
import { Coordinator, type CoordinatorOptions } from './coordinator.js';

export { loadQueuePackages, type QueuePackages } from './packages.js';
export { Link, shownAddress } from './connection.js';
export { jobReader } from './schema.js';
export * from './messages.js';

/** @param options of the queue; `model` gets the run's resolved model */
export function queueDispatcher(
  options: Omit<CoordinatorOptions, 'model'> & {
    model: (
      handle: Parameters<MakeDispatcher>[0]['settings']['handle'],
    ) => ReturnType<CoordinatorOptions['model']>;
  },
): MakeDispatcher {
  return (request) =>
    new Coordinator(request, { ...options, model: () => options.model(request.settings.handle) });
}
