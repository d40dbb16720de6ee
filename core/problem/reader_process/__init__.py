"""Foreign files are parsed in a process of their own, which may be slow, grow or crash.

HDF5, Pillow and the other libraries were not written for hostile bytes. One changed byte can make
them read outside their memory, loop for ever or ask for gigabytes, and in the server this would
happen to everybody. Here it happens to a small process that nobody else needs:

- `worker` runs there: it reads one request after the other from its standard input, parses the file
  with `core.problem.readers`, and answers on its standard output;
- `limits` bounds what one file may cost there: memory and processor seconds where the system can
  count them, and wall time everywhere;
- `process` and `pool` run in the server or in the command: they start a few workers, send each of
  them one file at a time, end those that exceed the time, replace those that crashed, turn each of
  these into a sentence, and check the answer;
- `messages` is what the two say to each other: a header in JSON and raw bytes, each after its
  length. Nothing is unpickled, and an answer is not believed unseen.

The process is started with `subprocess`, not with `multiprocessing`: the latter would run the
script of the server once more in the child and would pass pickled objects, with which a worker
that has been taken over could run code in the server. `subprocess` gives the child no socket and no
file but its three streams, on every system. A worker ends when its input does, so with the server,
however that ends; if it is then still inside a library, its own limit of time ends it.

A worker is used again, so that a usual file costs no start of Python. If a used one crashes, the
file is tried once more in a new one: nobody is to pay for the file of somebody else.
"""
