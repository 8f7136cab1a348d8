import type { LocatedModel } from '../config/locate.js';
import type { ModelHandle, TaskModel } from '../contracts/model.js';
import type { Task } from '../contracts/results.js';
import type { ModelSpec, Notify } from '../contracts/spec.js';

/** What a task's folder gives the table of tasks. `Config` is what its clones are built from: plain data. */
export interface TaskDefinition<T extends Task = Task, Config = unknown> {
  readonly task: T;
  /** `several`: a picture is worth more than one intra-op thread where CPUs are left. */
  readonly inferencesPerPicture: 'one' | 'several';
  /** Whether the located model is this task's, judged by its config, its files' names and the caller's parts. */
  recognises(located: LocatedModel, spec: ModelSpec): boolean;
  /**
   * Reads the config, resolves the networks and fills in every setting: all that can be wrong with the call or the
   * model is found here, before a worker starts.
   * @param signal ends the preparation of a network
   * @throws FdeployError of kind `call`; the signal's reason
   */
  resolve(
    located: LocatedModel,
    spec: ModelSpec,
    notify: Notify,
    signal?: AbortSignal,
  ): Promise<ModelHandle<T, Config>>;
  /** Makes a clone from the handle: own Preprocessor, Runtime and Postprocessor, shared weights. */
  open(handle: ModelHandle<T, Config>): Promise<TaskModel<T>>;
}
