import type { Backend } from '../../../contracts/backend.js';
import { shareCompiled } from './compiled.js';
import { findLibrary, nameLibrary } from './find.js';

/** OpenVINO on the CPU, through its C library. Everything that needs the library is loaded when it is used. */
export const openvino: Backend = {
  version: () => findLibrary()?.version ?? 'not found',
  configureProcess(library) {
    if (library !== undefined) nameLibrary(library);
    shareCompiled();
  },
  preload: async () => {
    await (await import('./library.js')).loadOpenVino();
  },
  examine: async () => (await import('./examine.js')).examineOpenVino(),
  resolve: async (source, settings) => (await import('./resolve.js')).resolveOpenVino(source, settings),
  open: async (handle) => (await import('./request-runtime.js')).openRequestRuntime(handle),
};
