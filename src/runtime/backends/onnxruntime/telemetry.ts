/**
 * Keeps onnxruntime's telemetry off, which its builds for Linux and macOS have from 1.29 on: it would send what is run here to
 * its maker, and it reads the command line with a recursion that overflows a worker thread's stack where the shell has
 * expanded a pattern to some hundred names. To be called in the main thread before onnxruntime is loaded anywhere in the
 * process (a worker thread's environment is a copy that native code does not see); a value that the user set stays.
 */
export function disableTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
