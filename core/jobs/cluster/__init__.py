"""Jobs on a Dask cluster: the only package that knows Dask.

A task travels as data and comes back as the bytes of a record. Equal tasks have equal keys, so the
scheduler runs one task for all page servers that want it. What a run publishes, its progress and
the parts that are done, stands in Dask's variables, which hold the latest only; an event says to
all page servers that there is something new.

A page server that no longer wants a task releases it, and one that died has released all. When the
last one has, Dask cancels the task, but cannot end its thread. So the thread looks whether it is
cancelled, ends at its next step, and publishes what it has.
"""
