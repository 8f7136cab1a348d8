/** What stands below the list of commands. */
export const PROGRAM_HELP = `
Examples:
  $ fdeploy predict scans/                       read the text on every picture of a folder
  $ fdeploy predict -m models/ResNet50_vd photos/ -o results.jsonl
  $ fdeploy help predict                         every option, with its default

Exit codes:
  0    every picture predicted
  1    the run finished, some pictures failed
  2    the call or the model is wrong, nothing was predicted
  3    the run could not go on (no worker can be started, the disk is full)
  130  interrupted by SIGINT, 143 by SIGTERM: what was finished is written

Environment:
  FDEPLOY_CACHE            folder of prepared models; else the platform's cache folder
  FDEPLOY_CACHE_LIMIT      what they may take on disk, such as 500MB; else 8GiB
  FDEPLOY_PREPARE_TIMEOUT  seconds that preparing a model may take; else 600
  FDEPLOY_PREPARE_MEMORY   memory that it may take, such as 8GiB; else 4GiB or 8 times the model
  FDEPLOY_FONT             a font for drawn labels whose characters the built-in one lacks
  NO_COLOR                 no colours on the terminal
`;

/** What stands below the options of predict. */
export const PREDICT_HELP = `
Results are written as JSON Lines, one record a picture; stdout carries them and nothing else.
Pictures are sorted by path within a folder or pattern, the order of the arguments is kept, and a
picture that is named twice is predicted once. A picture that fails has an error record.

Examples:
  $ fdeploy predict receipts/ -o text.jsonl              OCR with the model of the install
  $ fdeploy predict -m models/PicoDet 'photos/**/*.jpg' | jq .result.objects
  $ find . -name '*.png' | fdeploy predict -m models/ResNet50_vd -
  $ fdeploy predict -m models/PPSeg photos/ --masks masks/ -o run.jsonl
  $ fdeploy predict photos/ -o night.jsonl --resume      go on where a run was ended
  $ fdeploy predict photos/ --mode process --timeout 60 --max-worker-memory 2048

Defaults:
  Options that are the same every time may stand in fdeploy.config.yaml (or .yml, .json) in the working
  folder or one above it, by their long names: "workers: 2". The command line wins.
`;
