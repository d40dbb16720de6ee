"""Each method once more as a plain script: ASTRA, PyLops, PyProximal and PyTorch as they come.

A script is put together by `core.studies.export` from parts, each a plain Python file:

- the preamble, rendered from the description of the scan: `scan` has the names that it sets,
  and `measured` those of measured data;
- `preparation`: one file for each way of preparing measured data, before the method;
- `blocks`: units that several methods need;
- `priors`: one file for each module of priors, with a section for each form in which a solver
  takes a prior; `forms` has the names that these set;
- one file for each method, with what is its own; `NAME_fan.py` goes before `NAME.py` where the
  beam is named `fan`.

A part imports what it uses of other parts, and the script then has these parts before it, in
place of the import. An assignment to a name in capitals stands for a constant of the method: the
script has the value that is asked for in its place. The first line of a docstring becomes the
comment above a block.
"""
