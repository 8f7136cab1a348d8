/**
 * Disables onnxruntime's telemetry, which its builds for Linux and macOS have since 1.29. It would send usage data to its
 * publisher, and it parses the command line with a recursion that overflows a worker thread's stack if the shell has expanded
 * a pattern to some hundred names. Call this in the main thread before onnxruntime is loaded anywhere in the process: a
 * worker thread's environment is a copy that native code does not see. A value that the user has set is kept.
 */
export function disableTelemetry(): void {
  process.env.ORT_DISABLE_TELEMETRY ??= '1';
}
