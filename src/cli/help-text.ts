/** Shown below the list of commands. No line is wider than 80 columns. */
export const PROGRAM_HELP = `
Examples:
  Read the text on every picture of a folder:
    $ fdeploy predict scans/
  Run a model and keep its results:
    $ fdeploy predict -m models/ResNet50_vd photos/ -o results.jsonl
  List the options of predict with their defaults:
    $ fdeploy help predict

Exit codes:
  0    all pictures were predicted
  1    the run finished, but some pictures failed
  2    invalid arguments or invalid model; nothing was predicted
  3    the run was aborted (workers do not start, the disk is full)
  130  interrupted by SIGINT (143: SIGTERM or SIGHUP); finished pictures are
       written

Environment:
  FDEPLOY_CACHE            folder for prepared models (default: the platform's
                           cache folder)
  FDEPLOY_CACHE_LIMIT      disk space for them, such as 500MB (default: 8GiB)
  FDEPLOY_PREPARE_TIMEOUT  time limit for preparing a model, in seconds
                           (default: 600)
  FDEPLOY_PREPARE_MEMORY   memory limit for preparing a model, such as 8GiB
                           (default: 4GiB, or 8 times the model's size if that
                           is more)
  FDEPLOY_SIMPLIFY         set to 0 to prepare networks without simplifying them
  FDEPLOY_OPENVINO         OpenVINO's libopenvino_c, or the folder it is in;
                           --openvino takes precedence
  FDEPLOY_QUEUE            the queue of predict and worker: redis://host/0
  FDEPLOY_FONT             font file for characters missing in the built-in font
  NO_COLOR                 disable colours
`;

/** Shown below the options of predict. */
export const PREDICT_HELP = `
Results are JSON Lines, one record per picture. Only results are written to
stdout. Pictures in a folder or pattern are sorted by path; arguments keep their
order. A picture that is named twice is predicted once. A picture that fails
gets an error record.

Examples:
  OCR with the bundled model:
    $ fdeploy predict receipts/ -o text.jsonl
  Use a quoted pattern and print the objects only:
    $ fdeploy predict -m models/PicoDet 'photos/**/*.jpg' | jq .result.objects
  Read a list of paths from stdin:
    $ find . -name '*.png' | fdeploy predict -m models/ResNet50_vd -
  Write label maps to files:
    $ fdeploy predict -m models/PPSeg photos/ --masks masks/ -o run.jsonl
  Continue an interrupted run:
    $ fdeploy predict photos/ -o night.jsonl --resume
  Predict untrusted files:
    $ fdeploy predict photos/ --mode process --timeout 60

Defaults:
  fdeploy.config.yaml (or .yml, .json) in the working folder or a folder above
  sets defaults by the options' long names: "workers: 2". The command line takes
  precedence.
`;
