/** What stands below the list of commands; no line is wider than 80 columns. */
export const PROGRAM_HELP = `
Examples:
  Read the text on every picture of a folder:
    $ fdeploy predict scans/
  Run a model and keep its results:
    $ fdeploy predict -m models/ResNet50_vd photos/ -o results.jsonl
  Every option, with its default:
    $ fdeploy help predict

Exit codes:
  0    every picture predicted
  1    the run finished, some pictures failed
  2    the call or the model is wrong, nothing was predicted
  3    the run could not go on (no worker can be started, the disk is full)
  130  interrupted by SIGINT, 143 by SIGTERM or SIGHUP: what was finished is
       written

Environment:
  FDEPLOY_CACHE            folder of prepared models; else the platform's cache
  FDEPLOY_CACHE_LIMIT      what they may take on disk, such as 500MB; else 8GiB
  FDEPLOY_PREPARE_TIMEOUT  seconds that preparing a model may take; else 600
  FDEPLOY_PREPARE_MEMORY   what it may take, such as 8GiB; else 4GiB or 8 times
                           the model
  FDEPLOY_SIMPLIFY         0: networks are prepared as they are, for comparison
  FDEPLOY_FONT             a font for labels whose characters the built-in lacks
  NO_COLOR                 no colours on the terminal
`;

/** What stands below the options of predict. */
export const PREDICT_HELP = `
Results are JSON Lines, one record a picture; stdout carries them and nothing
else. Pictures are sorted by path within a folder or pattern, the order of the
arguments is kept, and a picture that is named twice is predicted once. A
picture that fails has an error record.

Examples:
  OCR with the model of the install:
    $ fdeploy predict receipts/ -o text.jsonl
  A quoted pattern, and only the objects:
    $ fdeploy predict -m models/PicoDet 'photos/**/*.jpg' | jq .result.objects
  A list on stdin:
    $ find . -name '*.png' | fdeploy predict -m models/ResNet50_vd -
  Label maps as files:
    $ fdeploy predict -m models/PPSeg photos/ --masks masks/ -o run.jsonl
  Go on where a run was ended:
    $ fdeploy predict photos/ -o night.jsonl --resume
  Inputs that are not trusted:
    $ fdeploy predict photos/ --mode process --timeout 60

Defaults:
  Options that are the same every time may stand in fdeploy.config.yaml (or
  .yml, .json) in the working folder or one above it, by their long names:
  "workers: 2". The command line wins.
`;
